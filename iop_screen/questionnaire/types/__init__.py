"""The types of question, one file each. To add one, write its file and put its class into `Question`."""

from __future__ import annotations

from typing import get_args, get_type_hints

from iop_screen.questionnaire.types.base import QuestionType
from iop_screen.questionnaire.types.choice import ChoiceQuestion
from iop_screen.questionnaire.types.multiple import MultipleQuestion
from iop_screen.questionnaire.types.number import NumberQuestion
from iop_screen.questionnaire.types.text import TextQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion

Question = YesNoQuestion | ChoiceQuestion | MultipleQuestion | NumberQuestion | TextQuestion

QUESTION_TYPES: dict[str, type[QuestionType]] = {
    get_args(get_type_hints(known)["type"])[0]: known for known in get_args(Question)
}
"""The class of each type, by what the key `type` says."""
