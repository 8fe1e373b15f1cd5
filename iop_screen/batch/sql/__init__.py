"""The questionnaire as SQL: what it means is written once, in the engine, and here put into the words of a database."""
