"""What all checks find: an example of each code, printed letter for letter, and the page that shows them."""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from support import check_docs
from support.check_docs import DAY, ENTRIES, FAMILIES, SHOWN_IN_CODE, about, examples, failing_proofs, resting, shown
from support.effort import DEEP
from support.no_solver import without_solver
from support.paths import QUESTIONNAIRES
from support.running import Run

import iop_screen
from iop_screen.checking.analysis import Analysis, Finding, Proof
from iop_screen.checking.invariants import INVARIANTS
from iop_screen.checking.load import CheckReport, check_questionnaire, load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.core.problems import Problem, Severity, Span
from iop_screen.report.check_report import findings_json, findings_text

CLOSE = sorted((QUESTIONNAIRES / "close").glob("*.yaml"))
ERR = sorted((QUESTIONNAIRES / "err").glob("*.yaml"))
OK = sorted((QUESTIONNAIRES / "ok").glob("*.yaml"))
EVERY = [*OK, *ERR, *CLOSE]

NOT_ON_THE_PAGE = {
    *("left-out", "utf-8"),  # no codes, only words with a hyphen
    *("no-cases", "nothing-expected"),  # of a case file
    "not-a-word",  # of a file of words
    *("not-alone", "out-of-range"),  # of an answer
    *("not-shown", "not-applicable"),  # of a question without an answer
}
"""What looks like a code of a questionnaire in the code that reads and checks one, and is none."""

BUILT = {"unknown-level", "unknown-first-step", "unknown-contact", "no-why"}
"""Codes that are put together from parts."""


@pytest.fixture(autouse=True)
def _no_solver() -> Iterator[None]:
    """One example is what only a solver could decide."""
    with without_solver():
        yield


@cache
def look(path: Path) -> CheckReport:
    return check_questionnaire(path.read_bytes(), DAY)


def codes(check_report: CheckReport) -> list[str]:
    return [finding.problem.code for finding in check_report.findings]


def spans(problem: Problem) -> list[Span]:
    return [problem.span, *(related.span for related in problem.related)]


def lies_in(span: Span, lines: list[str]) -> bool:
    """Whether a span starts and ends in the file; at the end of a line it is one blank wide."""
    return (
        (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        and span.end_line <= len(lines)
        and span.column <= len(lines[span.line - 1]) + 1
        and span.end_column <= max(len(lines[span.end_line - 1]), span.column) + 1
    )


def lines_of(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")


def name(path: Path) -> str:
    return path.stem


# ---------------------------------------------------------------------- examples


@pytest.mark.parametrize("path", CLOSE, ids=name)
def test_findings_are_shown_letter_for_letter(path: Path) -> None:
    content = path.read_bytes()
    printed = findings_text(look(path), path.name, content)
    golden = path.with_suffix(".out")
    if "REWRITE_GOLDEN" in os.environ:
        golden.write_text(printed, "utf-8")
    assert printed == golden.read_text("utf-8")


@pytest.mark.parametrize("path", CLOSE, ids=name)
def test_an_example_shows_the_code_it_is_named_for_and_no_other(path: Path) -> None:
    assert {*codes(look(path))} == {path.stem}


@pytest.mark.parametrize("path", CLOSE, ids=name)
def test_findings_of_the_author_checks_keep_no_file_from_being_used(path: Path) -> None:
    assert load_questionnaire(path.read_bytes()).compiled is not None


@pytest.mark.parametrize("path", ERR, ids=name)
def test_of_a_file_that_cannot_be_used_nothing_is_proved(path: Path) -> None:
    check_report = look(path)
    assert (check_report.compiled, check_report.proofs) == (None, ())
    assert check_report.errors
    assert [finding.problem for finding in check_report.findings] == [*load_questionnaire(path.read_bytes()).problems]


def test_every_code_has_an_example() -> None:
    package = Path(str(iop_screen.__file__)).parent
    files = [path for name in ("questionnaire", "checking") for path in (package / name).rglob("*.py")]
    text = "".join(path.read_text("utf-8") for path in files)
    proofs = {*re.findall(r'Proof\(\s*"([a-z-]+)"', text)}
    known = {*re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', text)} - NOT_ON_THE_PAGE - proofs | BUILT
    assert known == {*examples(), *SHOWN_IN_CODE}


def test_every_example_is_of_a_code() -> None:
    assert {path.stem for path in CLOSE} <= {*examples()}
    assert {path.stem for path in ERR} - {*examples()} == {"many-left-out", "many-references", "many-typos"}


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_every_span_lies_in_the_file(path: Path) -> None:
    content = path.read_bytes()
    lines = lines_of(content)
    for finding in check_questionnaire(content, DAY).findings:
        assert all(lies_in(span, lines) for span in spans(finding.problem)), finding.problem


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_problems_come_in_the_order_of_the_file(path: Path) -> None:
    found = [finding.problem.span for finding in look(path).findings]
    assert found == sorted(found)


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_looking_again_finds_the_same(path: Path) -> None:
    content = path.read_bytes()
    first, second = (findings_text(check_questionnaire(content, DAY), path.name, content) for _ in range(2))
    assert first == second


def test_a_broken_guarantee_shows_the_form_that_breaks_it() -> None:
    (finding,) = look(QUESTIONNAIRES / "close" / "guarantee-broken.yaml").findings
    assert finding.counterexample is not None
    assert finding.counterexample.answers.size == 1
    assert finding.counterexample.result.suggestion == "visits"


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2024, 2, 28), "was checked on a day yet to come"),
        (date(2024, 3, 1), ""),
        (date(2025, 3, 1), ""),
        (date(2025, 3, 2), "was last checked more than a year ago"),
    ],
)
def test_a_contact_is_fresh_for_a_year(today: date, said: str) -> None:
    check_report = check_questionnaire((QUESTIONNAIRES / "close" / "stale-contact.yaml").read_bytes(), today)
    found = [finding.problem.message for finding in check_report.findings if "night_line" in finding.problem.message]
    assert found == [f"the contact `night_line` {said}"] if said else found == []


# ---------------------------------------------------------------------- proofs that no file can fail


def test_without_tampering_every_proof_holds() -> None:
    analysis = Analysis(resting(), DAY)
    verdicts = [verdict for prove in INVARIANTS for verdict in prove(analysis)]
    assert all(isinstance(verdict, Proof) for verdict in verdicts)
    assert len(verdicts) == len(INVARIANTS)


@pytest.mark.parametrize("code", ["worse-lowers", "access-moves-level", "silence-reassures", "order-matters"])
def test_a_proof_that_fails_says_so_and_where(code: str) -> None:
    (problem,) = failing_proofs()[code]
    assert problem.code == code
    assert problem.severity is Severity.ERROR
    asked = {"access-moves-level": "job", "order-matters": "rest-house"}.get(code, "sleep")
    line = check_docs.RESTING.split("\n")[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1] == asked


def test_a_failed_proof_is_not_among_the_proofs() -> None:
    """What was tampered with is also not what comes of the file in another order."""
    for analysis, failing in [(check_docs.reading("poor", of="sleep"), 0), (check_docs.reading("yes", of="job"), 1)]:
        kinds = [[type(verdict) for verdict in prove(analysis)] for prove in INVARIANTS]
        assert kinds[failing] == [Finding]
        assert kinds[3] == [Finding]
        assert kinds[:failing] + kinds[failing + 1 : 3] == [[Proof]] * 2


# ---------------------------------------------------------------------- the command


@pytest.mark.slow
@pytest.mark.parametrize("path", EVERY, ids=name)
def test_the_exit_code_says_whether_there_are_errors(run: Run, path: Path) -> None:
    check_report = look(path)
    assert run("check", path).code == bool(check_report.errors)
    assert run("check", "--strict", path).code == bool(check_report.findings)


@pytest.mark.slow
@pytest.mark.parametrize("path", CLOSE, ids=name)
def test_the_command_prints_what_was_found(run: Run, path: Path) -> None:
    ran = run("check", path)
    assert ran.err == ""
    assert about(path.stem, ran.out).replace(str(path), path.name) == shown(path.stem)


@pytest.mark.slow
@pytest.mark.parametrize("path", EVERY, ids=name)
def test_json_says_the_same(run: Run, path: Path) -> None:
    ran = run("check", path, "--format", "json")
    found = json.loads(ran.out)
    check_report = look(path)
    same = json.loads(json.dumps(findings_json(check_report)))
    assert {key: found[key] for key in same} == same
    assert [(one["code"], one["line"], one["column"]) for one in found["problems"]] == [
        (finding.problem.code, finding.problem.span.line, finding.problem.span.column)
        for finding in check_report.findings
    ]
    assert [one["code"] for one in found["proofs"]] == [proof.code for proof in check_report.proofs]
    assert (found["questionnaire"] is None) == (check_report.compiled is None)


def test_json_shows_the_form_that_breaks_a_guarantee(run: Run) -> None:
    found = json.loads(run("check", QUESTIONNAIRES / "close" / "guarantee-broken.yaml", "--format", "json").out)
    assert found["problems"][0]["witness"] == {
        "answers": {"sleep": "Poor"},
        "suggestion": "visits",
        "level_at_least": "visits",
        "first_step_at_least": None,
    }


@pytest.mark.slow
def test_both_formats_have_the_same_exit_code(run: Run) -> None:
    for path in CLOSE:
        assert run("check", path, "--format", "json").code == run("check", path).code


# ---------------------------------------------------------------------- damaged files


def damaged(text: str, chance: random.Random) -> str:
    """A text with up to four things changed, each as a slip of the hand or a bad merge would."""
    for _ in range(chance.randrange(1, 5)):
        text = changed(text, chance) or text
    return text


def changed(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    index = chance.randrange(len(lines))
    words = [*re.finditer(r"[\w.-]+", text)]
    word, other = chance.choice(words), chance.choice(words)
    at = chance.randrange(len(text))
    match chance.randrange(7):
        case 0:
            return "\n".join([*lines[:index], *lines[index + 1 :]])
        case 1:
            return "\n".join([*lines[: index + 1], *lines[index:]])
        case 2:
            near = min(index + 1, len(lines) - 1)
            lines[index], lines[near] = lines[near], lines[index]
            return "\n".join(lines)
        case 3:
            return text[: word.start()] + other.group() + text[word.end() :]
        case 4:
            return text[:at] + text[at + chance.randrange(1, 40) :]
        case 5:
            return text[:at] + chance.choice("{}[]:,#&*!|>'\"%@`-? \n\t\u00e9\u200b0") + text[at:]
        case _:
            return text[:at]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20 if DEEP else 8))
def test_a_damaged_file_is_checked_without_an_exception(seed: int) -> None:
    """Random edits of the default file, ten a seed: only problems of ours come out, each with a span in it."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    questionnaire = default_questionnaire().read_text("utf-8")
    for _ in range(10):
        content = damaged(questionnaire, chance).encode()
        check_report = check_questionnaire(content, DAY)
        assert check_report.findings or check_report.proofs
        lines = lines_of(content)
        for finding in check_report.findings:
            assert finding.problem.code in ENTRIES
            assert all(lies_in(span, lines) for span in spans(finding.problem)), finding.problem
        assert findings_text(check_report, "damaged.yaml", content)
        assert json.dumps(findings_json(check_report))


@pytest.mark.slow
def test_damage_leaves_some_files_that_can_be_used_and_some_that_cannot() -> None:
    """The random edits above go deep enough: both what stops a file and what all checks find come up."""
    questionnaire = default_questionnaire().read_text("utf-8")
    usable = Counter(
        load_questionnaire(damaged(questionnaire, random.Random(seed)).encode()).compiled is not None  # noqa: S311
        for seed in range(60)
    )
    assert min(usable[True], usable[False]) > 5


# ---------------------------------------------------------------------- the page


def test_the_page_is_up_to_date() -> None:
    if "REWRITE_GOLDEN" in os.environ:
        check_docs.PAGE.write_text(check_docs.page(), "utf-8")
    assert check_docs.PAGE.read_text("utf-8") == check_docs.page(), "write it anew, as support/check_docs.py says"


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    assert {*ENTRIES} == {*examples(), *SHOWN_IN_CODE}
    assert {entry.family for entry in ENTRIES.values()} == {*FAMILIES}


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_shows_its_code_alone(code: str) -> None:
    assert {*re.findall(r" \[([a-z0-9-]+)\]$", shown(code), re.MULTILINE)} == {code}


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_is_made_of_sentences_in_plain_characters(code: str) -> None:
    entry = ENTRIES[code]
    for text in (entry.means, entry.matters, entry.mend):
        assert text.isascii()
        assert text.endswith((".", "?"))


def test_every_link_of_the_page_leads_somewhere() -> None:
    text = check_docs.page()
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    anchors = [re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert len(anchors) == len({*anchors})
    assert {*re.findall(r"\]\(#([^)]+)\)", text)} <= {*anchors}
