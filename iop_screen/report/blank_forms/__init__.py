"""A questionnaire as a blank form for another system. What comes back from there is scored without a mapping."""
