"""The whole questionnaire as a document that a clinician can read and sign, as text and as one HTML page.

It is built once, as a small tree of frozen blocks; the two renderers only give the blocks a form.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from iop_screen.engine.answers import Gap
from iop_screen.engine.instrument import Instrument
from iop_screen.questionnaire.checks.study import Finding, Witness
from iop_screen.questionnaire.load import Examined
from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    ChoiceQuestion,
    Clause,
    Condition,
    FirstStep,
    Guarantee,
    Level,
    MultipleQuestion,
    Note,
    NumberQuestion,
    OneOf,
    Option,
    Question,
    Questionnaire,
    Rule,
    Test,
    YesNoQuestion,
    clauses,
    options_of,
)
from iop_screen.questionnaire.phrases import gates_of, reach_phrase
from iop_screen.report.wording import WIDTH, answer_text, suggestion_text
from iop_screen.showing import show


@dataclass(frozen=True, slots=True)
class Heading:
    """What follows; rank 1 is the title of the document. `name` is the id that the file gives it."""

    rank: int
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose. The tone (`strong`, `proved`, `broken`) only colours what the words say already."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Names, each with one text or several."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with a mark that sets it apart, or none."""

    cells: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the same heads; an empty cell says nothing."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be filled in by hand."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together and stays on one page where it can."""

    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Items | Fields | Table | Blanks | Group


@dataclass(frozen=True, slots=True)
class Document:
    """All blocks in order, and what every printed page says."""

    title: str
    stamp: str
    blocks: tuple[Block, ...]


def document_text(instrument: Instrument, examined: Examined) -> str:
    """The questionnaire and what was proved of it as plain text, 78 columns, ASCII marks."""
    document = questionnaire_document(instrument, examined)
    return "\n\n".join(filter(None, (_text(block, "") for block in document.blocks))).lstrip("\n") + "\n"


def document_html(instrument: Instrument, examined: Examined) -> str:
    """The same as one HTML page that loads nothing and runs nothing."""
    document = questionnaire_document(instrument, examined)
    body = _joined(map(_html, document.blocks))
    return _PAGE.format(title=_safe(document.title), style=_style(document.stamp), body=body)


def questionnaire_document(instrument: Instrument, examined: Examined) -> Document:
    """Everything a questionnaire says, with what a close look at it found."""
    whole, words = instrument.questionnaire, _Words(instrument.questionnaire)
    blocks = [
        *_front(instrument),
        *_ladders(whole),
        *_questions(whole, words),
        *_scores(whole, words),
        *_rules(whole, words),
        *_notes(whole, words),
        *_guarantees(instrument, examined, words),
        *_looked_at(whole, examined),
        *_guide(whole),
        *_contacts(whole),
        *_signature(instrument),
    ]
    # An id and a hash hold nothing that a style sheet could take for anything but text.
    return Document(str(whole.title), f"{whole.id} {instrument.hash12}", tuple(blocks))


class _Words:
    """Conditions in the author's ids, with the number of the question and the label of the option beside them."""

    def __init__(self, whole: Questionnaire) -> None:
        self.numbers = {str(question.id): number for number, question in enumerate(whole.questions(), start=1)}
        self.questions = {str(question.id): question for question in whole.questions()}
        self.scores = {str(score.id): str(score.title) for score in whole.scores}
        self.gates = gates_of(whole)

    def said(self, condition: Condition) -> str:
        """A condition as a phrase; a group inside of a group stands in brackets."""
        match condition:
            case Clause(subject, test):
                asked = " where it is asked" if subject in self.gates else ""
                return f"{self._subject(subject)} {self._test(subject, test)}{asked}"
            case All(parts):
                return " and ".join(map(self._bracketed, parts))
            case AnyOf(parts):
                return " or ".join(map(self._bracketed, parts))
        raise TypeError(type(condition))

    def question(self, name: str) -> str:
        """A question by its id and its number."""
        return f"{name} (question {self.numbers[name]})"

    def _bracketed(self, part: Condition) -> str:
        several = isinstance(part, All | AnyOf) and len(part.parts) > 1
        return f"({self.said(part)})" if several else self.said(part)

    def _subject(self, name: str) -> str:
        return f'{name} (the score "{self.scores[name]}")' if name in self.scores else self.question(name)

    def _test(self, subject: str, test: Test) -> str:
        match test:
            case OneOf(options):
                return f"is {_or([self._option(subject, option) for option in options])}"
            case AtLeast(bound):
                return f"at least {self._option(subject, bound)}"
            case AtMost(bound):
                return f"at most {self._option(subject, bound)}"

    def _option(self, subject: str, name: str) -> str:
        known = options_of(self.questions[subject]) if subject in self.questions else ()
        label = next((option.label for option in known if option.id == name), None)
        return str(name) if label is None else f'{name} ("{label}")'


def _front(instrument: Instrument) -> Iterator[Block]:
    whole = instrument.questionnaire
    yield Heading(1, str(whole.title), str(whole.id))
    yield _fields(("Version", whole.version), ("Fingerprint of the file", instrument.hash12))
    yield Heading(2, "What it is for")
    yield from _prose(whole.intended_use)
    yield Paragraph(str(whole.disclaimer), "strong")
    yield Heading(2, "How to read this document")
    yield Paragraph(_HOW_TO_READ)
    if whole.applies_when is not None:
        said = _Words(whole).said(whole.applies_when)
        yield Paragraph(f"A level is suggested only if {said}. For anyone else, first steps are still reported.")


_HOW_TO_READ = (
    "Each rule names the least care that would do. The worst need wins: the suggestion is the highest level and the "
    "most urgent first step that any rule reaches, however good the other answers are. The answers to a risk question "
    'stand best first, and "at least" means this answer or a worse one. An answer counts only where its question is '
    'asked; each question says when that is. A missing answer is never a "no": as long '
    "as it could matter, the result says that it is open. Duties and wishes never decide a level; they only add "
    "notes. A guarantee is a promise about every form that anyone could fill in."
)


def _ladders(whole: Questionnaire) -> Iterator[Block]:
    yield Heading(2, "Levels of care, from least to most intensive")
    for number, level in enumerate(whole.levels, start=1):
        yield Group((Heading(3, f"{number}. {level.title}", str(level.id)), *_step(level)))
    if whole.first_steps:
        yield Heading(2, "First steps, from least to most urgent")
    names = {str(contact.id): str(contact.name) for contact in whole.contacts}
    for number, step in enumerate(whole.first_steps, start=1):
        contacts = tuple(names[name] for name in step.contacts)
        more = (("Contacts", contacts), ("In an interview", "It breaks off the questions." if step.interrupt else ""))
        yield Group((Heading(3, f"{number}. {step.title}", str(step.id)), *_step(step), _fields(*more)))


def _step(step: Level | FirstStep) -> Iterator[Block]:
    yield from _prose(step.means or "")
    expect = step.expect if isinstance(step, Level) else ()
    yield _fields(("What to expect", expect), ("Next steps", step.next_steps))


def _questions(whole: Questionnaire, words: _Words) -> Iterator[Block]:
    uses = _uses(whole)
    for section in whole.sections:
        yield Heading(2, f"Questions: {section.title}", str(section.id))
        for question in section.questions:
            yield Group(tuple(_question(question, words, uses.get(str(question.id), {}))))


def _question(question: Question, words: _Words, uses: dict[str, list[str]]) -> Iterator[Block]:
    yield Heading(3, f"{words.numbers[question.id]}. {question.ask}", str(question.id))
    yield from _answers(question)
    readers = "; ".join(f"{kind} {', '.join(names)}" for kind, names in uses.items())
    asked = "Always" if question.ask_when is None else f"If {words.said(question.ask_when)}"
    yield _fields(
        ("Role", _ROLES[question.role]),
        ("Asked", asked),
        ("How to ask", question.help),
        ("Why", question.why),
        ("Source", question.source),
        ("Looked at by", readers or "nothing"),
        ("Warnings accepted", tuple(f"{known.check}: {known.because}" for known in question.accepted)),
    )


_ROLES = {
    "risk": "Risk. A worse answer can raise the suggestion and never lowers it.",
    "context": "Context. It describes the person; rules may look at it.",
    "access": "Access. It can add notes and never moves a level.",
}


def _answers(question: Question) -> Iterator[Block]:
    match question:
        case ChoiceQuestion():
            yield _options(question)
        case MultipleQuestion():
            yield Paragraph("One answer or more can be chosen.")
            yield _options(question)
        case YesNoQuestion(worse=worse):
            yield Paragraph(f"Yes or no{f'; {worse} is worse' if worse else ''}.")
        case NumberQuestion(min=low, max=high, worse=worse):
            yield Paragraph(f"A number from {low:f} to {high:f}{f'; {worse} is worse' if worse else ''}.")
        case _:
            yield Paragraph("Free text; no rule looks at it.")


def _options(question: ChoiceQuestion | MultipleQuestion) -> Table:
    pointed = any(option.points is not None for option in question.options)
    head = ("Answer", "Id", "Points") if pointed else ("Answer", "Id")
    return Table(head, tuple(_option(question, option, len(head)) for option in question.options))


def _option(question: ChoiceQuestion | MultipleQuestion, option: Option, columns: int) -> Row:
    points = "" if option.points is None else str(option.points)
    marks = [_mark(question, option), "goes with no other" if option.exclusive else ""]
    return Row((str(option.label), str(option.id), points)[:columns], ", ".join(filter(None, marks)))


def _mark(question: ChoiceQuestion | MultipleQuestion, option: Option) -> str:
    """Where an option of a risk question stands between best and worst."""
    if question.role != "risk":
        return ""
    if isinstance(question, MultipleQuestion):
        return "" if option.exclusive else "a need"
    if option is question.options[0]:
        return "best"
    return "worst" if option is question.options[-1] else "worse"


def _uses(whole: Questionnaire) -> dict[str, dict[str, list[str]]]:
    """By question, what looks at its answer: names by kind."""
    readers: list[tuple[str, str, Condition | None]] = [("the condition on", "whom it is for", whole.applies_when)]
    readers += [("the asking of", str(question.id), question.ask_when) for question in whole.questions()]
    readers += [("rules", str(rule.id), rule.when) for rule in whole.rules]
    readers += [("notes", str(note.id), note.when) for note in whole.notes]
    named = [(kind, name, str(clause.subject)) for kind, name, when in readers for clause in clauses(when)]
    named += [("scores", str(score.id), str(item)) for score in whole.scores for item in score.add]
    uses: dict[str, dict[str, list[str]]] = {}
    for kind, name, subject in dict.fromkeys(named):
        uses.setdefault(subject, {}).setdefault(kind, []).append(name)
    return uses


def _scores(whole: Questionnaire, words: _Words) -> Iterator[Block]:
    if whole.scores:
        yield Heading(2, "Scores")
    for score in whole.scores:
        added = tuple(words.question(name) for name in score.add)
        yield Group((Heading(3, str(score.title), str(score.id)), _fields(("Adds the points of", added))))


def _rules(whole: Questionnaire, words: _Words) -> Iterator[Block]:
    yield Heading(2, "Rules")
    if not whole.rules:
        yield Paragraph("There are none.")
    for number, rule in enumerate(whole.rules, start=1):
        reasons = _fields(("Because", rule.because), ("Source", rule.source or "none given"))
        yield Group((Heading(3, f"Rule {number}", str(rule.id)), _promise(whole, rule, words), reasons))


def _promise(whole: Questionnaire, part: Rule | Guarantee, words: _Words) -> Paragraph:
    return Paragraph(f"If {words.said(part.when)}, then {reach_phrase(whole, part)}.", "strong")


def _notes(whole: Questionnaire, words: _Words) -> Iterator[Block]:
    if whole.notes:
        yield Heading(2, "Notes, which never change a level")
    for number, note in enumerate(whole.notes, start=1):
        said = Paragraph(f"{_occasion(whole, note, words)}, say:", "strong")
        yield Group((Heading(3, f"Note {number}", str(note.id)), said, *_prose(note.say)))


def _occasion(whole: Questionnaire, note: Note, words: _Words) -> str:
    titles = {str(level.id): str(level.title) for level in whole.levels}
    when = f"If {words.said(note.when)}" if note.when is not None else ""
    if note.for_levels is None:
        return when or "Always"
    levels = _or([f"{titles[name]} ({name})" for name in note.for_levels])
    return f"{when}, and the suggestion is {levels}" if when else f"If the suggestion is {levels}"


def _guarantees(instrument: Instrument, examined: Examined, words: _Words) -> Iterator[Block]:
    whole = instrument.questionnaire
    if whole.guarantees:
        yield Heading(2, "Guarantees")
    for number, guarantee in enumerate(whole.guarantees, start=1):
        blocks = (_promise(whole, guarantee, words), *_verdict(instrument, examined, guarantee))
        yield Group((Heading(3, f"Guarantee {number}", str(guarantee.id)), *blocks))


def _verdict(instrument: Instrument, examined: Examined, guarantee: Guarantee) -> Iterator[Block]:
    """Proved, or what stands against it; what was not looked at is never said to hold."""
    against = [finding for finding in examined.findings if finding.problem.span == guarantee.id.span]
    for finding in against:
        yield Paragraph(f"NOT PROVED: {_problem(finding)}", "broken")
        if finding.witness is not None:
            yield from _witness(finding.witness, instrument)
    if any(proof.of == guarantee.id for proof in examined.proofs):
        yield Paragraph("Proved: it holds for every possible form.", "proved")
    elif not against:
        yield Paragraph("NOT PROVED: it was not looked at.", "broken")


def _witness(witness: Witness, instrument: Instrument) -> Iterator[Block]:
    """The form that breaks a guarantee, in the author's words, and what it gets."""
    pairs = zip(instrument.questions, witness.form.answers, strict=True)
    given = [
        f"{question.id}: {question.ask} [{answer_text(question, answer)}]"
        for question, answer in pairs
        if not isinstance(answer, Gap)
    ]
    least = witness.result.levels.at_least.title
    yield _fields(
        ("The smallest form that shows it", tuple(given) or ("No question is answered.",)),
        ("It gets", f"at least {least}; the suggestion is: {suggestion_text(witness.result)}"),
    )


def _looked_at(whole: Questionnaire, examined: Examined) -> Iterator[Block]:
    yield Heading(2, "What a check of the file found")
    always = tuple(proof.sentence for proof in examined.proofs if not proof.of)
    found = tuple(_problem(finding) for finding in examined.findings)
    review = whole.review
    yield _fields(
        ("Proved for every possible form", always or ("nothing",)),
        ("Problems", found or ("none",)),
        ("Highest reading grade allowed", review and review.grade and f"{review.grade:f}"),
        ("Words not to be used", ", ".join(review.avoid) if review else ""),
    )


def _problem(finding: Finding) -> str:
    problem = finding.problem
    return f"{problem.severity.value}: {problem.message} [{problem.code}]"


def _guide(whole: Questionnaire) -> Iterator[Block]:
    if whole.guide:
        yield Heading(2, "Guide")
    for page in whole.guide:
        yield Heading(3, str(page.title))
        yield from _prose(page.body)


def _contacts(whole: Questionnaire) -> Iterator[Block]:
    if whole.contacts:
        yield Heading(2, "Contacts")
    for contact in whole.contacts:
        said = _fields(("How to reach", contact.reach), ("Checked on", contact.checked_on or "not said"))
        yield Group((Heading(3, str(contact.name), str(contact.id)), said))


def _signature(instrument: Instrument) -> Iterator[Block]:
    whole = instrument.questionnaire
    said = (
        f"I have read the questionnaire {whole.title} ({whole.id}), version {whole.version}, fingerprint "
        f"{instrument.hash12}, with all its questions, rules, notes and guarantees. I find it fit for the use "
        "named at the top."
    )
    blanks = Blanks(("Name", "Licence (kind, state, number)", "Date", "Signature"))
    yield Heading(2, "Sign-off by a licensed clinician")
    yield Group((Paragraph(said), blanks))


def _fields(*pairs: tuple[str, str | tuple[str, ...] | object | None]) -> Fields:
    """Fields of those pairs that say something."""
    said = ((name, value if isinstance(value, tuple) else (str(value),)) for name, value in pairs if value)
    return Fields(tuple((name, tuple(map(str, texts))) for name, texts in said))


def _prose(text: str) -> Iterator[Paragraph | Items]:
    """A text of several paragraphs; lines that start with `- ` are items."""
    for paragraph in filter(str.strip, text.split("\n\n")):
        before, *items = f"\n{paragraph.strip()}".split("\n- ")
        if before.strip():
            yield Paragraph(before.strip())
        if items:
            yield Items(tuple(items))


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _text(block: Block, indent: str) -> str:
    match block:
        case Heading():
            return _text_heading(block)
        case Paragraph(text):
            return _filled(text, indent, indent)
        case Items(texts):
            return _text_items(texts, indent)
        case Fields(pairs):
            return "\n".join(_text_field(name, texts, indent) for name, texts in pairs)
        case Table(head, rows):
            return _text_items((_text_row(head, row) for row in rows), indent)
        case Blanks(labels):
            return "\n\n".join(f"{indent}{label + ':':<32}{'_' * 40}" for label in labels)
        case Group(blocks):
            return _joined(_text(part, "    ") for part in blocks)


def _text_heading(heading: Heading) -> str:
    text = _filled(f"{heading.text} [{heading.name}]" if heading.name else heading.text, "", "    ")
    rule = {1: "=", 2: "-"}.get(heading.rank)
    return text if rule is None else f"\n{text}\n{rule * max(map(len, text.splitlines()))}"


def _text_items(texts: Iterable[str], indent: str) -> str:
    return "\n".join(_filled(text, f"{indent}- ", f"{indent}  ") for text in texts)


def _text_field(name: str, texts: tuple[str, ...], indent: str) -> str:
    if len(texts) == 1:
        return _filled(f"{name}: {texts[0]}", indent, f"{indent}  ")
    return f"{indent}{name}:\n{_text_items(texts, f'{indent}  ')}"


def _text_row(head: tuple[str, ...], row: Row) -> str:
    mark = f"[{row.mark}] " if row.mark else ""
    more = [f"{name.lower()}: {cell}" for name, cell in zip(head[1:], row.cells[1:], strict=True) if cell]
    return mark + "; ".join([row.cells[0], *more])


def _filled(text: str, first: str, rest: str) -> str:
    # Ids are looked up by eye and by search, so none is parted at a hyphen.
    return textwrap.fill(
        show(" ".join(text.split())), WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _html(block: Block) -> str:
    match block:
        case Heading(rank, text, name):
            return f"<h{rank}>{_safe(text)}{f' <code>{_safe(name)}</code>' if name else ''}</h{rank}>"
        case Paragraph(text, tone):
            return f'<p class="{_safe(tone)}">{_safe(text)}</p>' if tone else f"<p>{_safe(text)}</p>"
        case Items(texts):
            return _html_items(texts)
        case Fields(pairs):
            return f"<dl>{_joined(map(_html_field, pairs))}</dl>" if pairs else ""
        case Table():
            return _html_table(block)
        case Blanks(labels):
            return f'<dl class="sign">{_joined(map(_html_blank, labels))}</dl>'
        case Group(blocks):
            return f"<section>\n{_joined(map(_html, blocks))}\n</section>"


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(filter(None, parts))


def _html_items(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_safe(text)}</li>" for text in texts) + "</ul>"


def _html_field(pair: tuple[str, tuple[str, ...]]) -> str:
    name, texts = pair
    said = _safe(texts[0]) if len(texts) == 1 else _html_items(texts)
    return f"<div><dt>{_safe(name)}</dt><dd>{said}</dd></div>"


def _html_blank(label: str) -> str:
    return f"<div><dt>{_safe(label)}</dt><dd></dd></div>"


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_safe(name)}</th>' for name in table.head)
    rows = "\n".join(f"<tr>{_html_cells(row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _html_cells(row: Row) -> str:
    first, *more = row.cells
    mark = f' <span class="mark">{_safe(row.mark)}</span>' if row.mark else ""
    return f"<td>{_safe(first)}{mark}</td>" + "".join(f"<td>{_safe(cell)}</td>" for cell in more)


def _safe(text: str) -> str:
    """A text as it can be nothing but text in a page."""
    return escape(show(" ".join(text.split())), quote=True)


def _style(stamp: str) -> str:
    return _STYLE.replace("STAMP", stamp)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_STYLE = """\
:root { --ink: #1d2328; --soft: #56616b; --line: #ccd3d9; --wash: #f4f6f8; --accent: #1f4e70; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 1rem/1.5 Georgia, "Liberation Serif", serif; }
main { max-width: 48rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3, dt, th, .mark { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--accent); color: var(--accent);
  font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; line-height: 1.35; }
code { color: var(--soft); font: .8em ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; font-weight: 400; }
p { margin: .5rem 0; }
ul { margin: .4rem 0; padding-left: 1.2rem; }
section { margin: 1rem 0; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 6px; }
section > :first-child { margin-top: 0; }
section > :last-child { margin-bottom: 0; }
.strong { padding-left: .8rem; border-left: 3px solid var(--accent); }
.proved { color: #1c6336; font-weight: 700; }
.broken { padding: .5rem .8rem; border: 2px solid #a11d1d; color: #a11d1d; font-weight: 700; }
dl { margin: .7rem 0; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem 1rem; padding: .35rem 0;
  border-top: 1px solid var(--line); }
dt { padding-top: .1rem; color: var(--soft); font-size: .85rem; }
dd { margin: 0; min-width: 0; }
dd ul { margin: 0; }
table { width: 100%; margin: .6rem 0; border-collapse: collapse; }
th { padding: .3rem .6rem; color: var(--soft); font-size: .8rem; font-weight: 600; text-align: left; }
td { padding: .35rem .6rem; border-top: 1px solid var(--line); vertical-align: top; }
td + td { color: var(--soft); font-size: .9em; }
th:first-child { width: 60%; }
.mark { display: inline-block; margin-left: .3rem; padding: 0 .45rem; border: 1px solid var(--line);
  border-radius: 1rem; background: var(--wash); font-size: .75rem; }
.sign > div { border: 0; padding: 1.1rem 0 0; align-items: end; }
.sign dd { border-bottom: 1px solid var(--ink); height: 1.6rem; }
@media (max-width: 36rem) {
  main { padding: 1rem .9rem 3rem; }
  section { padding: .8rem .8rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  th, td { padding-left: .3rem; padding-right: .3rem; }
}
@page { margin: 16mm 16mm 18mm;
  @bottom-left { content: "STAMP"; font: 8pt sans-serif; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  body { font-size: 9.5pt; line-height: 1.32; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 18pt; }
  h2 { margin: 6mm 0 2.5mm; font-size: 13pt; }
  h3 { margin: 3mm 0 1mm; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  p, ul { margin: 1mm 0; }
  section { margin: 0 0 2.5mm; padding: 2.5mm 3mm; border-radius: 0; }
  section, tr { break-inside: avoid; }
  dl, table { margin: 1.5mm 0; }
  dl > div { grid-template-columns: 30mm 1fr; padding: .7mm 0; }
  dt, th { padding-top: 0; font-size: 8.5pt; }
  td, th { padding-top: .5mm; padding-bottom: .5mm; }
  .mark { font-size: 7.5pt; }
  .sign > div { padding-top: 5mm; }
  p, li { orphans: 3; widows: 3; }
}"""
