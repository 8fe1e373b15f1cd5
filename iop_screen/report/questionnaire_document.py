"""The whole questionnaire as a document that a clinician can read and sign, as text and as one HTML page.

It is built once, as a tree of blocks, which `blocks` renders as text and as HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from iop_screen.checking.analysis import Counterexample
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.conditions import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Clause,
    OneOf,
    Test,
    WrittenCondition,
    clauses,
)
from iop_screen.questionnaire.model import Contact, FirstStep, Guarantee, Level, Note, Questionnaire, Rule, Score
from iop_screen.questionnaire.phrases import ask_when_by_question, reach_phrase
from iop_screen.questionnaire.scalars import Id
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import Option
from iop_screen.report.blocks import (
    Blanks,
    Block,
    Boxes,
    Group,
    Heading,
    Paragraph,
    ReportDocument,
    Table,
    TableRow,
    as_html,
    as_text,
    fields,
    prose_blocks,
    titled,
    titled_items,
)
from iop_screen.report.headline import first_step_text, quoted
from iop_screen.report.sign_off_sheet import sign_off_sheet
from iop_screen.report.wording import asked_and_answered, suggestion_text


def document_text(compiled: CompiledQuestionnaire, check_report: CheckReport) -> str:
    """The questionnaire and what was proved of it as plain text, 78 columns, ASCII marks."""
    return as_text(questionnaire_document(compiled, check_report))


def document_html(compiled: CompiledQuestionnaire, check_report: CheckReport) -> str:
    """The same as one HTML page that loads nothing and runs nothing."""
    return as_html(questionnaire_document(compiled, check_report))


def questionnaire_document(compiled: CompiledQuestionnaire, check_report: CheckReport) -> ReportDocument:
    """Everything a questionnaire says, with what a check of it found."""
    questionnaire, phrases = compiled.questionnaire, _Phrases(compiled.questionnaire)
    blocks = [
        *_front(compiled, phrases),
        Heading(2, "Levels of care, from least to most intensive"),
        *map(_level, count(1), questionnaire.levels),
        *titled("First steps, from least to most urgent", _first_steps(questionnaire)),
        *_questions(questionnaire, phrases),
        *titled("Scores", _scores(questionnaire, phrases)),
        Heading(2, "Rules"),
        *_rules(questionnaire, phrases),
        *titled("Notes, which never change a level", _notes(questionnaire, phrases)),
        *titled("Guarantees", _guarantees(compiled, check_report, phrases)),
        *_check_results(questionnaire, check_report),
        *titled("Guide", _guide(questionnaire)),
        *titled("Contacts", map(_contact, questionnaire.contacts)),
        *titled_items("In an emergency at this site", map(str, questionnaire.site_lines)),
        *titled("How records are to be handled", map(Paragraph, filter(None, [questionnaire.handling]))),
        *_signature(compiled),
    ]
    return ReportDocument(str(questionnaire.title), f"{questionnaire.id} {compiled.hash12}", tuple(blocks))


class _Phrases:
    """Conditions as phrases: ids, with the number of each question and the label of each option beside them."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.numbers = {str(question.id): number for number, question in enumerate(questionnaire.questions(), start=1)}
        self.questions = {str(question.id): question for question in questionnaire.questions()}
        self.scores = {str(score.id): str(score.title) for score in questionnaire.scores}
        self.ask_when = ask_when_by_question(questionnaire)

    def condition(self, condition: WrittenCondition) -> str:
        """A condition as a phrase; a group inside a group stands in brackets."""
        match condition:
            case Clause(subject, test):
                asked = " where it is asked" if subject in self.ask_when else ""
                return f"{self._subject(subject)} {self._test(subject, test)}{asked}"
            case All(parts):
                return " and ".join(map(self._bracketed, parts))
            case AnyOf(parts):
                return " or ".join(map(self._bracketed, parts))

    def question(self, name: str) -> str:
        """A question by its id and its number."""
        return f"{name} (question {self.numbers[name]})"

    def _bracketed(self, part: WrittenCondition) -> str:
        several = isinstance(part, All | AnyOf) and len(part.parts) > 1
        return f"({self.condition(part)})" if several else self.condition(part)

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
        known = self.questions[subject].options_listed if subject in self.questions else ()
        label = next((option.label for option in known if option.id == name), None)
        return str(name) if label is None else f'{name} ("{label}")'


def _front(compiled: CompiledQuestionnaire, phrases: _Phrases) -> Iterator[Block]:
    questionnaire = compiled.questionnaire
    yield Heading(1, str(questionnaire.title), str(questionnaire.id))
    yield fields(("Version", questionnaire.version), ("Fingerprint of the file", compiled.hash12))
    yield Heading(2, "What it is for")
    yield from prose_blocks(questionnaire.intended_use)
    yield Paragraph(str(questionnaire.disclaimer), "strong")
    yield Heading(2, "How to read this document")
    yield Paragraph(_HOW_TO_READ)
    if questionnaire.applies_when is not None:
        condition = phrases.condition(questionnaire.applies_when)
        yield Paragraph(f"A level is suggested only if {condition}. For anyone else, first steps are still reported.")
    yield Heading(2, "How long it is, and where to start")
    yield from _length(questionnaire)


_HOW_TO_READ = (
    "Each rule names the least care that would do. The worst need wins: the suggestion is the highest level and the "
    "most urgent first step that any rule reaches, however good the other answers are. The answers to a risk question "
    'stand best first, and "at least" means this answer or a worse one. An answer counts only where its question is '
    'asked; each question says when that is. A missing answer is never a "no": as long '
    "as it could matter, the result says that it is open. Duties and wishes never decide a level; they only add "
    "notes. A guarantee is a promise about every form that anyone could fill in."
)

_WHERE_TO_START = (
    "To read it before you sign, start with what is short.{sheet} The table of answers in pairs shows what the rules "
    "come to; `iop-screen check --pairs` prints it. If there was an earlier version, the page of changes that comes "
    "with the questionnaire shows who gets less than before. Then comes the rest of this document."
)
_SHEET = ' The sheet "Choices for sign-off", near the end, has what no source settles.'


def _length(questionnaire: Questionnaire) -> Iterator[Block]:
    """What to start with, and how much there is of each part that whoever signs has to read."""
    boxes = sum(len(block.pairs) for block in sign_off_sheet(questionnaire) if isinstance(block, Boxes))
    yield Paragraph(_WHERE_TO_START.format(sheet=_SHEET if boxes else ""))
    yield fields(
        ("Levels of care", len(questionnaire.levels)),
        ("First steps", len(questionnaire.first_steps)),
        ("Questions", sum(1 for _ in questionnaire.questions())),
        ("Scores", len(questionnaire.scores)),
        ("Rules", len(questionnaire.rules)),
        ("Notes", len(questionnaire.notes)),
        ("Guarantees", len(questionnaire.guarantees)),
        ("Boxes on the sheet", boxes),
    )


def _level(number: int, level: Level) -> Group:
    more = fields(("What to expect", level.expect), ("Next steps", level.next_steps))
    return Group((Heading(3, f"{number}. {level.title}", str(level.id)), *prose_blocks(level.means or ""), more))


def _first_steps(questionnaire: Questionnaire) -> Iterator[Block]:
    for number, step in enumerate(questionnaire.first_steps, start=1):
        title, interview = Heading(3, f"{number}. {step.title}", str(step.id)), "It breaks off the questions."
        by_when, next_steps = fields(("By when", step.when)), fields(("Next steps", step.next_steps))
        contacts = _contact_names(questionnaire, step)
        more = fields(("Contacts", contacts), ("In an interview", interview if step.interrupt else ""))
        yield Group((title, by_when, *prose_blocks(step.means or ""), next_steps, more))


def _contact_names(questionnaire: Questionnaire, part: FirstStep | Note) -> tuple[str, ...]:
    return tuple(str(contact.name) for contact in questionnaire.contacts_of(part))


def _questions(questionnaire: Questionnaire, phrases: _Phrases) -> Iterator[Block]:
    uses = _uses(questionnaire)
    for section in questionnaire.sections:
        yield Heading(2, f"Questions: {section.title}", str(section.id))
        for question in section.questions:
            yield Group(tuple(_question(question, phrases, uses.get(str(question.id), {}))))


def _question(question: Question, phrases: _Phrases, uses: dict[str, list[str]]) -> Iterator[Block]:
    yield Heading(3, f"{phrases.numbers[question.id]}. {question.ask}", str(question.id))
    yield fields(("To the person themselves", question.ask_self))
    yield from _answers(question)
    readers = "; ".join(f"{kind} {', '.join(names)}" for kind, names in uses.items())
    asked = "Always" if question.ask_when is None else f"If {phrases.condition(question.ask_when)}"
    yield fields(
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
    if question.answers_description:
        yield Paragraph(question.answers_description)
    if question.options_listed:
        pointed = any(option.points is not None for option in question.options_listed)
        head = ("Answer", "Id", "Points") if pointed else ("Answer", "Id")
        yield Table(head, tuple(_option(question, option, len(head)) for option in question.options_listed))


def _option(question: Question, option: Option, columns: int) -> TableRow:
    points = "" if option.points is None else str(option.points)
    marks = [question.rank(option), "goes with no other" if option.exclusive else ""]
    return TableRow((str(option.label), str(option.id), points)[:columns], ", ".join(filter(None, marks)))


def _uses(questionnaire: Questionnaire) -> dict[str, dict[str, list[str]]]:
    """By question, what reads its answer: names by kind."""
    conditions: list[tuple[str, str, WrittenCondition | None]] = [
        ("the condition on", "whom it is for", questionnaire.applies_when),
        *(("the asking of", str(question.id), question.ask_when) for question in questionnaire.questions()),
        *(("rules", str(rule.id), rule.when) for rule in questionnaire.rules),
        *(("notes", str(note.id), note.when) for note in questionnaire.notes),
    ]
    reads = [(kind, name, str(clause.subject)) for kind, name, when in conditions for clause in clauses(when)]
    reads += [("scores", str(score.id), str(item)) for score in questionnaire.scores for item in score.add]
    uses: dict[str, dict[str, list[str]]] = {}
    for kind, name, subject in dict.fromkeys(reads):
        uses.setdefault(subject, {}).setdefault(kind, []).append(name)
    return uses


def _scores(questionnaire: Questionnaire, phrases: _Phrases) -> Iterator[Block]:
    for score in questionnaire.scores:
        added = tuple(phrases.question(name) for name in score.add)
        yield Group(
            (
                Heading(3, str(score.title), str(score.id)),
                fields(
                    ("Adds the points of", added),
                    ("Total", _total_rule(score)),
                    ("Bands", _bands(score)),
                    ("Source", score.source),
                ),
            )
        )


def _total_rule(score: Score) -> str:
    """When a score has a total; nothing if only when it is complete."""
    if score.may_miss is None:
        return ""
    return (
        f"Estimated while at most {score.may_miss} of {len(score.add)} items have no answer: each of them counts as "
        "the mean of the others. No rule reads an estimate."
    )


def _bands(score: Score) -> tuple[str, ...]:
    return tuple(f"from {band.from_}: {band.title} [{band.id}]" for band in score.bands)


def _rules(questionnaire: Questionnaire, phrases: _Phrases) -> Iterator[Block]:
    if not questionnaire.rules:
        yield Paragraph("There are none.")
    for number, rule in enumerate(questionnaire.rules, start=1):
        reasons = fields(("Because", rule.because), ("Source", rule.source or "none given"))
        yield Group((Heading(3, f"Rule {number}", str(rule.id)), _promise(questionnaire, rule, phrases), reasons))


def _promise(questionnaire: Questionnaire, part: Rule | Guarantee, phrases: _Phrases) -> Paragraph:
    return Paragraph(f"If {phrases.condition(part.when)}, then {reach_phrase(questionnaire, part)}.", "strong")


def _notes(questionnaire: Questionnaire, phrases: _Phrases) -> Iterator[Block]:
    for number, note in enumerate(questionnaire.notes, start=1):
        occasion = Paragraph(f"{_occasion(questionnaire, note, phrases)}, say:", "strong")
        contacts = fields(("Contacts", _contact_names(questionnaire, note)))
        yield Group((Heading(3, f"Note {number}", str(note.id)), occasion, *prose_blocks(note.say), contacts))


def _occasion(questionnaire: Questionnaire, note: Note, phrases: _Phrases) -> str:
    """When a note is given: its condition, the levels and the first steps that it is for, where it has them."""
    parts = [] if note.when is None else [phrases.condition(note.when)]
    if note.for_levels is not None:
        parts.append(f"the suggestion is {_named(note.for_levels, questionnaire.levels)}")
    if note.for_first_steps is not None:
        parts.append(
            f"the first step, as far as is certain, is {_named(note.for_first_steps, questionnaire.first_steps)}"
        )
    return f"If {', and '.join(parts)}" if parts else "Always"


def _named(ids: Iterable[Id], steps: Iterable[Level | FirstStep]) -> str:
    """Steps by their titles, with their ids behind them; no first step is "none"."""
    titles = {str(step.id): f"{step.title} ({step.id})" for step in steps}
    return _or([titles.get(name, str(name)) for name in dict.fromkeys(ids)])


def _guarantees(compiled: CompiledQuestionnaire, check_report: CheckReport, phrases: _Phrases) -> Iterator[Block]:
    for number, guarantee in enumerate(compiled.questionnaire.guarantees, start=1):
        promise = _promise(compiled.questionnaire, guarantee, phrases)
        verdict = _verdict(compiled, check_report, guarantee)
        yield Group((Heading(3, f"Guarantee {number}", str(guarantee.id)), promise, *verdict))


def _verdict(compiled: CompiledQuestionnaire, check_report: CheckReport, guarantee: Guarantee) -> Iterator[Block]:
    """Whether a guarantee was proved, or what speaks against it; one that was not checked counts as not proved."""
    objections = [finding for finding in check_report.findings if finding.problem.span == guarantee.id.span]
    for finding in objections:
        yield Paragraph(f"NOT PROVED: {_problem_text(finding.problem)}", "broken")
        if finding.counterexample is not None:
            yield from _counterexample_blocks(finding.counterexample, compiled)
    if any(proof.guarantee_id == guarantee.id for proof in check_report.proofs):
        yield Paragraph("Proved: it holds for every possible form.", "proved")
    elif not objections:
        yield Paragraph("NOT PROVED: it was not looked at.", "broken")


def _counterexample_blocks(counterexample: Counterexample, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """The form that breaks a guarantee, in the author's words, and its result."""
    pairs = zip(compiled.questions, counterexample.answers.values, strict=True)
    given = [
        f"{question.id}: {asked_and_answered(question, answer)}"
        for question, answer in pairs
        if not isinstance(answer, MissingReason)
    ]
    result = counterexample.result
    first, least = result.first_steps.at_least, result.levels.at_least.title
    before = f"the first step {first_step_text(first)} or a more urgent one, and " if first else ""
    yield fields(
        ("A form that shows it", tuple(given) or ("No question is answered.",)),
        ("It gets", f"{before}at least {least}; the suggestion is {quoted(suggestion_text(result))}"),
    )


def _check_results(questionnaire: Questionnaire, check_report: CheckReport) -> Iterator[Block]:
    yield Heading(2, "What a check of the file found")
    always = tuple(proof.sentence for proof in check_report.proofs if not proof.guarantee_id)
    found = tuple(_problem_text(finding.problem) for finding in check_report.findings)
    review = questionnaire.review
    yield fields(
        ("Proved for every possible form", always or ("nothing",)),
        ("Problems", found or ("none",)),
        ("Highest reading grade allowed", review and review.grade and f"{review.grade:f}"),
        ("Words not to be used", ", ".join(review.avoid) if review else ""),
    )


def _problem_text(problem: Problem) -> str:
    return f"{problem.severity.value}: {problem.message} [{problem.code}]"


def _guide(questionnaire: Questionnaire) -> Iterator[Block]:
    for page in questionnaire.guide:
        yield Heading(3, str(page.title))
        yield from prose_blocks(page.body)


def _contact(contact: Contact) -> Group:
    details = fields(
        ("How to reach", contact.reach), ("In short", contact.short), ("Checked on", contact.checked_on or "not said")
    )
    return Group((Heading(3, str(contact.name), str(contact.id)), details))


def _signature(compiled: CompiledQuestionnaire) -> Iterator[Block]:
    questionnaire = compiled.questionnaire
    choices = tuple(titled("Choices for sign-off", sign_off_sheet(questionnaire)))
    statement = (
        f"I have read the questionnaire {questionnaire.title} ({questionnaire.id}), version {questionnaire.version}, "
        f"fingerprint {compiled.hash12}, with all its questions, rules, notes and guarantees. I find it fit for the "
        f"use named at the top.{' I confirm each choice for sign-off that is ticked.' if choices else ''}"
    )
    blanks = Blanks(("Name", "Licence (kind, state, number)", "Date", "Signature"))
    yield from choices
    yield Heading(2, "Sign-off by a licensed clinician")
    yield Group((Paragraph(statement), blanks))


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) or "nothing"
