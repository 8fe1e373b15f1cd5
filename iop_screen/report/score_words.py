"""What a run of scoring came to, in words that the summary on the screen and the report as a page share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from iop_screen.batch.answer_columns import NO_COLUMN, Match
from iop_screen.batch.form_stamp import FormColumn
from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.record_choice import DUPLICATE_ID, OTHER_VERSION, STATUS, TIME_EQUAL, TIME_UNREADABLE
from iop_screen.batch.rows import RECORD, REJECTED
from iop_screen.batch.score import Scoring
from iop_screen.batch.sources.source import UNENDED
from iop_screen.batch.tally import Place, RowOutcome, Seen, all_seen
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.report.headline import Outcome, StepNames, outcome_text
from iop_screen.report.wording import plural

NAMES_SHOWN = 10
LONGEST_ID = 30
STANDARD_INPUT = "-"
PLACES_NAMED = 20
"""Of the records of one kind, so many are named by their place."""

REASON_WORDS = {
    MissingReason.MISSING: "blank",
    MissingReason.NOT_SHOWN: "not shown",
    MissingReason.DECLINED: "declined",
    MissingReason.UNKNOWN: "unknown",
    MissingReason.NOT_APPLICABLE: "not applicable",
    MissingReason.UNREADABLE: "unreadable",
}
"""Why there is no answer, as it is counted."""

DANGER_REASONS = (
    MissingReason.DECLINED,
    MissingReason.UNKNOWN,
    MissingReason.UNREADABLE,
    MissingReason.NOT_APPLICABLE,
    MissingReason.NOT_SHOWN,
    MissingReason.MISSING,
)
"""In this order it is said why a danger question has no answer: first what somebody said."""

RECORD_PROBLEM_WORDS = {
    DUPLICATE_ID: "Ids that were there before; scored all the same",
    UNENDED: "Records whose last or first cell may be cut; it counts as unreadable",
    OTHER_VERSION: "Records of a form made from another version of the questionnaire; scored all the same",
    TIME_EQUAL: "Records whose times are equal, so that none is the latest of its id; scored all the same",
    TIME_UNREADABLE: "Records whose time could not be read; scored all the same",
}
"""What the codes of problems about a record that was scored mean."""

EXCLUDED_WORDS = {
    STATUS: "the status column leaves them out",
    "repeated-header": "they repeat the header",
    "no-field-of-this-form": "they are of another event or form, and hold no question",
    DUPLICATE_ID: "their id was there before, or comes again later",
    "empty-response": "they are responses without an answer, whatever their status",
    "not-a-response": "they are resources of another type than the responses",
}
"""What the reasons mean for which a record is left out."""


@dataclass(frozen=True, slots=True)
class MissingCounts:
    """A question with how often it has no answer, by the reason, and in how many forms it is open.

    `of_danger`: a rule of the interrupt step reads it.
    """

    question: str
    ask: str
    reasons: Counter[MissingReason]
    open_in: int
    of_danger: bool


def listed(names: Iterable[str], shown: int = NAMES_SHOWN) -> str:
    """Names in one line, the first few of them: "a, b and 3 more"."""
    names = [*names]
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def file_name(name: str) -> str:
    """The name of a file as it is shown."""
    return "standard input" if name == STANDARD_INPUT else sanitize(name)


def id_text(text: str) -> str:
    """An id as it is shown: safe, and cut to LONGEST_ID columns."""
    shown = sanitize(text)
    if shown.isascii():
        return shown if len(shown) <= LONGEST_ID else f"{shown[: LONGEST_ID - 3]}..."
    from iop_screen.core.columns import cut  # noqa: PLC0415 - slow to import, and few ids need it

    return cut(shown, LONGEST_ID)


def place_text(place: Place, *, with_file: bool) -> str:
    """A record as a person finds it: "A-17 (line 35)"; with several files, the file too."""
    where = f"{file_name(place.file)}, line {place.line}" if with_file else f"line {place.line}"
    return f"{id_text(place.id)} ({where})" if place.id else where


def places_text(seen: Seen, shown: int, *, with_file: bool) -> str:
    """The first few records of a kind, and how many more there are."""
    named = [place_text(place, with_file=with_file) for place in seen.places[:shown]]
    more = f" and {seen.count - len(named):,} more" if seen.count > len(named) else ""
    return ("; " if with_file else ", ").join(named) + more


def emergencies(scoring: Scoring) -> Seen:
    """The forms that are an emergency for certain."""
    return _seen(scoring, lambda outcome: outcome.suggestion == EMERGENCY)


def open_dangers(scoring: Scoring) -> Seen:
    """The forms that are no emergency, and of which an open answer could make one."""
    questionnaire = scoring.compiled.questionnaire
    return _seen(scoring, lambda outcome: danger_open(outcome, questionnaire))


def _seen(scoring: Scoring, wanted: Callable[[RowOutcome], bool]) -> Seen:
    return all_seen(seen for outcome, seen in scoring.tally.by_outcome().items() if wanted(outcome))


def danger_open(outcome: RowOutcome, questionnaire: Questionnaire) -> bool:
    """Whether an emergency is not ruled out."""
    interrupt = questionnaire.interrupt()
    return interrupt is not None and outcome.may_become(str(interrupt.id))


def dangers_left_out(scoring: Scoring, *, certain: bool) -> Seen:
    """The forms that are not scored and are an emergency; or, if not certain, those of which that is not ruled out."""
    return all_seen(
        seen for _, outcome, seen in scoring.tally.danger_unscored if (outcome.suggestion == EMERGENCY) is certain
    )


def no_emergency_text(scoring: Scoring, shown: int) -> str:
    """That there is none, as far as anything was judged."""
    unread = scoring.tally.not_judged
    if not unread.count:
        return "none" if scoring.account.scored else "none, for no form was scored"
    where = places_text(unread, shown, with_file=len(scoring.files) > 1)
    return (
        f"none among the {plural(scoring.account.scored, 'form')} scored; "
        f"{plural(unread.count, 'record')} could not be read ({where})"
    )


def open_danger_texts(scoring: Scoring, shown: int) -> Iterator[str]:
    """Why an emergency is not ruled out: "home: 1 declined (F-3 (line 4)), 2 blank", for each danger question.

    Blanks are only counted, for a form can have many; of the other reasons the records are named.
    """
    seen, several = scoring.tally.open_dangers, len(scoring.files) > 1
    for question in scoring.tally.danger_questions:
        reasons = {reason: seen[question, reason] for reason in DANGER_REASONS if (question, reason) in seen}
        texts = (_danger_reason(reason, each, shown, several=several) for reason, each in reasons.items())
        if reasons:
            yield f"{question}: {', '.join(texts)}"


def _danger_reason(reason: MissingReason, seen: Seen, shown: int, *, several: bool) -> str:
    counted = f"{seen.count:,} {REASON_WORDS[reason]}"
    if reason in {MissingReason.MISSING, MissingReason.NOT_SHOWN}:
        return counted
    return f"{counted} ({places_text(seen, shown, with_file=several)})"


def soon_steps(questionnaire: Questionnaire) -> list[str]:
    """The first steps of which the forms are named, the most urgent first: all but the lowest and the interrupt step.

    If there is only one beside the interrupt step, it is that one.
    """
    steps = [str(step.id) for step in questionnaire.first_steps if not step.interrupt]
    return steps[:0:-1] or steps


def with_first_step(scoring: Scoring, step: str) -> tuple[Seen, Seen]:
    """The forms with this first step for certain, and those in which it is the most that is still open."""
    certain = _seen(scoring, lambda outcome: outcome.first_step_at_least == step)
    return certain, _seen(scoring, lambda outcome: outcome.may_become(step))


def totals_texts(scoring: Scoring) -> Iterator[tuple[str, str]]:
    """Each score that has bands or may miss items: its title, and how many totals there are, by what they are."""
    for counts in scoring.tally.totals.values():
        score, without = counts.score, counts.forms - counts.with_total
        estimated = f", {counts.estimated:,} of them estimated since items are missing" if counts.estimated else ""
        bands = [f"{band.title} {counts.bands[band.id]:,}" for band in score.bands]
        parts = [f"{plural(counts.with_total, 'total')}{estimated}", f"{without:,} without", *bands]
        yield str(score.title), "; ".join(parts)


def account_text(scoring: Scoring) -> str:
    """The account in one line."""
    account = scoring.account
    parts = f"{account.scored:,} scored + {account.rejected:,} rejected"
    return f"{account.records:,} = {parts} + {account.excluded.total():,} excluded + {account.blank:,} blank"


def outcomes_in_order(scoring: Scoring) -> list[tuple[RowOutcome, int]]:
    """What rows came to, with how many did: emergencies first, then by the levels, what is not settled, rejected."""
    outcomes, questionnaire = scoring.tally.outcomes, scoring.compiled.questionnaire
    suggestions = [EMERGENCY, OUT_OF_SCOPE, *(str(level.id) for level in questionnaire.levels), UNDETERMINED, REJECTED]
    steps = step_order(questionnaire)

    def place(outcome: RowOutcome) -> tuple[int, int, int]:
        return (
            suggestions.index(outcome.suggestion),
            steps.index(outcome.first_step_at_least),
            steps.index(outcome.first_step_at_most),
        )

    return [(outcome, outcomes[outcome]) for outcome in sorted(outcomes, key=place)]


def step_order(questionnaire: Questionnaire) -> list[str]:
    """The ids of the first steps from the least urgent on, none as "" before them."""
    return ["", *(str(step.id) for step in questionnaire.first_steps)]


def row_outcome_text(outcome: RowOutcome, questionnaire: Questionnaire, names: StepNames) -> str:
    """The headline of the results that are counted together; how far their levels are open is not told apart."""
    if outcome.suggestion == REJECTED:
        return "Rejected"
    first_steps = outcome.first_step_at_least, outcome.first_step_at_most
    return outcome_text(Outcome(outcome.suggestion, None, first_steps, danger_open(outcome, questionnaire)), names)


def expected_text(scoring: Scoring) -> str:
    """That there are not as many records as were expected; nothing if there are, or if nobody said."""
    expected, read = scoring.settings.expect, scoring.account.records
    if expected is None or expected == read:
        return ""
    apart = f"{expected - read:,} fewer; is the file cut?" if read < expected else f"{read - expected:,} more"
    return f"Expected {plural(expected, 'record')}, read {read:,}: {apart}"


def left_out_text(scoring: Scoring) -> str:
    """That no form was scored since all were left out; nothing if one was scored, or if none was left out."""
    if not scoring.leaves_all_out:
        return ""
    hint = "; look at `status` in the mapping" if STATUS in scoring.account.excluded else ""
    return f"No form was scored: {scoring.account.excluded.total():,} left out{hint}"


def _ids_from(index: int | None, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Where the ids of records come from, unless that is a column `id`."""
    if index is None:
        yield "Ids", "there is no column `id`; --id-column NAME names another one"
    elif names[index].strip() != "id":
        yield "Ids", f"those in column {sanitize(names[index].strip())!a}"


def stamps_text(form: FormColumn, stamps: Counter[str]) -> str:
    """Which questionnaires the forms of a file were made from, as the records say."""
    counted = ((_stamp_words(stamp, form), number) for stamp, number in stamps.most_common())
    return "; ".join(f"{words} ({plural(number, 'record')})" for words, number in counted) or "nobody says"


def _stamp_words(stamp: str, form: FormColumn) -> str:
    if not stamp:
        return "not said"
    return "this questionnaire" if stamp == form.own else stamp


def file_facts(file: InputFile) -> Iterator[tuple[str, str]]:
    """How a file was understood: what is said, and of what. Names of columns are shown, never a cell."""
    columns, account = file.columns, file.source.account
    blank = f", {account.blank:,} of them blank" if account.blank else ""
    kind = "rows" if file.source.header.line is None else "lines"
    yield "Records", f"{account.records:,} (from {account.lines:,} {kind}{blank})"
    for remark in file.source.remarks:
        yield "Understood", sanitize(remark)
    yield from _ids_from(columns.id_index, file.source.header.names)
    if columns.form is not None:
        yield "Made from", stamps_text(columns.form, account.stamps)
    if columns.respelled:
        yield (
            "Names of columns",
            listed(f"column {name} is read as `{question}`" for name, question in columns.respelled),
        )
    for match, title in ((Match.MAPPING, "By the mapping"), (Match.DICTIONARY, "By the data dictionary")):
        mapped = sum(each.match is match for each in columns.answers)
        if mapped:
            yield title, plural(mapped, "question")
    if columns.lacking:
        lacking = listed(f"{missing} of `{question}`" for question, missing in columns.lacking)
        yield "Columns that are missing beside others that are read", lacking
    absent = [name for name in columns.absent if name not in columns.allowed_missing]
    if absent:
        yield "Columns of the questionnaire that the file does not have", listed(absent)
    if columns.not_questions:
        yield "Columns of the file that are no question", listed(map(sanitize, columns.not_questions))


def missing_counts(scoring: Scoring) -> list[MissingCounts]:
    """The questions that have no answer in some form, first those that are open most often.

    Those that the interrupt step depends on come before all others. A question for which no file has a column is left
    out: that is said of the column.
    """
    tally, files = scoring.tally, scoring.files
    nowhere = {name for name in files[0].columns.absent if all(name in each.columns.absent for each in files)}
    counted = [
        MissingCounts(
            str(question.id),
            str(question.ask),
            reasons,
            tally.open_questions[question.id],
            str(question.id) in tally.danger_questions,
        )
        for question, reasons in zip(scoring.compiled.questions, tally.missing, strict=bool(tally.missing))
        if reasons and question.id not in nowhere
    ]
    return sorted(counted, key=lambda each: (not each.of_danger, -each.open_in, -each.reasons.total()))


def reasons_text(counts: MissingCounts) -> str:
    """How often there is no answer, by the reason: "12 blank, 3 declined"."""
    named = (f"{counts.reasons[reason]:,} {REASON_WORDS[reason]}" for reason in MissingReason if counts.reasons[reason])
    return ", ".join(named)


def cell_problems(scoring: Scoring) -> list[tuple[AnswerProblem, int]]:
    """The problems of single answers, the most frequent first; of equal counts, in the order of the questions."""
    order = {str(question.id): place for place, question in enumerate(scoring.compiled.questions)}
    found = [
        (problem, number)
        for problem, number in scoring.tally.cell_problems.items()
        if problem.question != RECORD and problem.code != NO_COLUMN
    ]
    return sorted(found, key=lambda each: (-each[1], order[each[0].question], each[0].code))


def grouped_places(groups: dict[str, Seen], words: dict[str, str], fallback: str) -> Sequence[tuple[str, Seen]]:
    """Groups of records under the words for their codes: first those that have words, in their order."""
    order = [*words]
    codes = sorted(groups, key=lambda code: (order.index(code) if code in words else len(order), code))
    return [(f"{words.get(code, fallback)} [{sanitize(code)}]", groups[code]) for code in codes]
