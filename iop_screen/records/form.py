"""The form that a record comes to under a questionnaire, and its result."""

from __future__ import annotations

from functools import partial

from iop_screen.engine.answers import Form, Gap, readable, set_aside
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.instrument import Instrument
from iop_screen.records.model import Record


def form_of(record: Record, instrument: Instrument) -> Form:
    """Every answer that stands, in file order, also those behind a branch that is closed; none becomes another one."""
    given = record.answers
    return Form(tuple(readable(asked, given.get(str(asked.id), Gap.MISSING)) for asked in instrument.questions))


def explanation_of(record: Record, instrument: Instrument) -> Explanation:
    """The result of a record as an interview gives it: answers behind a branch that is closed are set aside."""
    return explain(instrument, form_of(record, instrument), partial(set_aside, instrument))
