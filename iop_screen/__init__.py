"""A level-of-care screening questionnaire for the terminal."""

__version__ = "0.1.0"
