"""A blank form as a line of CSV: the names of the columns, under which somebody writes the answers."""

from __future__ import annotations

import csv

from iop_screen.core.problems import Problem
from iop_screen.report.blank_forms.checks import WrittenItem, check_written
from iop_screen.report.blank_forms.form import BlankForm
from iop_screen.report.blank_forms.names import CSV_NAMES, question_name_problems
from iop_screen.report.score_output import csv_text

ID_COLUMN = "id"


def csv_header(form: BlankForm) -> bytes | tuple[Problem, ...]:
    """The header: `id`, and a column for each question. A file like this has no place for a version."""
    problems = tuple(question_name_problems(form, CSV_NAMES))
    if problems:
        return problems
    line = csv_text([[ID_COLUMN, *(question.id for question in form.questions)]])
    check_written([WrittenItem(name) for row in csv.reader([line]) for name in row], CSV_NAMES.pattern)
    return line.encode()
