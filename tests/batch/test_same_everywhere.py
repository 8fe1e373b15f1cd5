"""The same data gives the same results, whatever system wrote the file; and each record of it is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.made_up import made_up_people
from support.questionnaires import ready
from support.running import Run
from support.same_forms import FILLED_IN, FORMATS, Form, Format, results, write_plain
from support.strategies import cells, sheets, sketches, text_of

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire

each_format = pytest.mark.parametrize("form_of", FORMATS, ids=lambda each: each.name)


def same(
    run: Run, compiled: CompiledQuestionnaire, form_of: Format, forms: Sequence[Form], folder: Path, *options: object
) -> int:
    """Score the forms as a system wrote them, and as a plain CSV file of what it can say; gives how many rows."""
    plain, written = folder / "plain", folder / "written"
    plain.mkdir()
    written.mkdir()
    if form_of.needs:
        pytest.importorskip(form_of.needs)
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


STAMPED = [each for each in FILLED_IN if each.system != "csv"]
"""The forms of ours that say which questionnaire they were made from."""


@pytest.mark.parametrize("form_of", STAMPED, ids=lambda each: each.name)
def test_a_form_of_another_version_is_known_in_each_system(
    form_of: Format, run: Run, tmp_path: Path, compiled: CompiledQuestionnaire
) -> None:
    version = f"version: {compiled.questionnaire.version}\n"
    older = ready(default_questionnaire().read_text("utf-8").replace(version, "version: 0.9.0\n"))
    said = form_of.forms(compiled, made_up_people(compiled, 8))
    ran = run("score", *form_of.write(older, said, tmp_path))
    assert [row["problems"].split(";")[0] for row in results(ran.out)] == ["record:other-version"] * 8
    assert f"Made from: {older.stamp} (8 records)" in " ".join(ran.err.split())
    other = ready(default_questionnaire().read_text("utf-8").replace("id: level-of-care\n", "id: other-form\n"))
    again = run("score", *form_of.write(other, said, tmp_path))
    assert [row["problems"] for row in results(again.out)] == ["record:other-questionnaire"] * 8


SAME_NAMES = """
format: 1
id: names
version: 1.0.0
title: Sections with the names of questions, of the system, and with a digit first
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: low, title: Low}, {id: high, title: High}]
sections:
  - {id: home, title: Home, questions: [{id: home, ask: Safe?, role: risk, type: yes_no, worse: no}]}
  - {id: meta, title: Meta, questions: [{id: section_home, ask: Ill?, role: risk, type: yes_no, worse: yes}]}
  - id: 1st
    title: First
    questions:
      - {id: needs, ask: What?, role: risk, type: multiple, options: [{id: a, label: Aa}, {id: b_2, label: Bb}]}
      - {id: nights, ask: Nights?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - {id: remark, ask: More?, role: access, type: text}
rules: [{id: bad, when: {any: [{home: no}, {section_home: yes}, {needs: a}, {nights: {at_least: 9}}]}, level: high,
         because: Bad.}]
"""


@each_format
def test_sections_may_have_any_name(form_of: Format, run: Run, tmp_path: Path) -> None:
    cells_of = (
        ("no", "yes", "a;b_2", "9", "two words"),
        ("yes", "no", "b_2", "0.5", ""),
        ("unknown", "no", "declined", "", "=1"),
    )
    names = ("home", "section_home", "needs", "nights", "remark")
    forms = [{"id": f"F-{n}", **dict(zip(names, each, strict=True))} for n, each in enumerate(cells_of)]
    questions = tmp_path / "q.yaml"
    questions.write_text(SAME_NAMES, encoding="utf-8")
    assert same(run, ready(SAME_NAMES), form_of, forms, tmp_path, "--questions", questions) == 3


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
    assume(form_of.can(ready(source)))
    forms = [{"id": f"F-{number}", **cells(sketch, sheet)} for number, sheet in enumerate(drawn, start=1)]
    assume(form_of.forms(ready(source), forms))
    with TemporaryDirectory() as folder:
        questions = Path(folder) / "q.yaml"
        questions.write_text(source, encoding="utf-8")
        same(run, ready(source), form_of, forms, Path(folder), "--questions", questions)
