"""What a questionnaire has to keep: each check a function, listed in tuples.

What is asked of every questionnaire that is used stands in `required`, what is for its author alone in `close`.
"""
