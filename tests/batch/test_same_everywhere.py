"""The same data gives the same results, whatever system wrote the file; and each record of it is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.made_up import made_up_people
from support.questionnaires import ready
from support.running import Run
from support.same_forms import FORMATS, Form, Format, results, write_plain
from support.strategies import cells, sheets, sketches, text_of

from iop_screen.engine.compiled import CompiledQuestionnaire

each_format = pytest.mark.parametrize("form_of", FORMATS, ids=lambda each: each.name)


def same(
    run: Run, compiled: CompiledQuestionnaire, form_of: Format, forms: Sequence[Form], folder: Path, *options: object
) -> int:
    """Score the forms as a system wrote them, and as a plain CSV file of what it can say; gives how many rows."""
    plain, written = folder / "plain", folder / "written"
    plain.mkdir()
    written.mkdir()
    said = form_of.forms(compiled, forms)
    wanted = run("score", *write_plain(compiled, said, plain), *options)
    found = run("score", *form_of.write(compiled, said, written), *options)
    assert found.code == wanted.code, found.err
    assert results(found.out) == results(wanted.out)
    return len(results(found.out))


@each_format
def test_made_up_people_get_the_same_results(
    form_of: Format, run: Run, tmp_path: Path, compiled: CompiledQuestionnaire
) -> None:
    forms = [*made_up_people(compiled, 60), *odd_forms(compiled)]
    assert same(run, compiled, form_of, forms, tmp_path) >= 60


def odd_forms(compiled: CompiledQuestionnaire) -> list[Form]:
    """Forms with the same in each cell: nothing, each reason for no answer, or a text that is no answer."""
    texts = ("", "unknown", "declined", "not-shown", "not-applicable", "no answer to this")
    return [
        {"id": f"odd {number}", **{str(each.id): text for each in compiled.questions}}
        for number, text in enumerate(texts)
    ]


@each_format
@pytest.mark.slow
@settings(
    phases=[Phase.generate],
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(data=st.data())
def test_any_forms_of_any_questionnaire_get_the_same_results(form_of: Format, run: Run, data: st.DataObject) -> None:
    sketch = data.draw(sketches())
    drawn = data.draw(st.lists(sheets(sketch), min_size=1, max_size=12))
    source = text_of(sketch)
    forms = [{"id": f"F-{number}", **cells(sketch, sheet)} for number, sheet in enumerate(drawn, start=1)]
    with TemporaryDirectory() as folder:
        questions = Path(folder) / "q.yaml"
        questions.write_text(source, encoding="utf-8")
        same(run, ready(source), form_of, forms, Path(folder), "--questions", questions)
