"""One form by itself is judged as it is in a batch."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.naive import Sketch
from support.questionnaires import ready
from support.strategies import form_of, sheets, sketches, text_of

from iop_screen.checking.claims import holding, must
from iop_screen.checking.one_form import must_hold


@settings(max_examples=examples(60))
@given(data=st.data(), sketch=sketches())
def test_a_form_by_itself_is_judged_as_in_a_batch(data: st.DataObject, sketch: Sketch) -> None:
    """For every condition of a questionnaire, whatever is answered or not."""
    compiled = ready(text_of(sketch).encode())
    answers = form_of(sketch, data.draw(sheets(sketch)))
    conditions = [rule.when for rule in compiled.rules] + [guarantee.when for guarantee in compiled.guarantees]
    conditions += [when for when in compiled.ask_when if when is not None]
    for condition in conditions:
        assert must_hold(compiled, condition)(answers) == bool(holding(compiled, [answers], must(condition)))
