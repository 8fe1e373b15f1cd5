"""For each system, what writes a blank form for it."""

from __future__ import annotations

from collections.abc import Callable

from iop_screen.core.problems import Problem
from iop_screen.report.blank_forms.csv_header import csv_header
from iop_screen.report.blank_forms.fhir_form import fhir_questionnaire
from iop_screen.report.blank_forms.form import BlankForm
from iop_screen.report.blank_forms.html_form import html_form
from iop_screen.report.blank_forms.redcap import redcap_dictionary
from iop_screen.report.blank_forms.xlsform import xlsform

Writer = Callable[[BlankForm], bytes | tuple[Problem, ...]]
"""Gives the bytes of the form; or if the system cannot say all of it, every problem, and there is no form."""

WRITERS: dict[str, Writer] = {
    "csv": csv_header,
    "redcap": redcap_dictionary,
    "xlsform": xlsform,
    "fhir": fhir_questionnaire,
    "html": html_form,
}
"""The writer for each `--to`."""
