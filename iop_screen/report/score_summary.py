"""The summary of a run as text: who needs a call first, then counts that cover every record, then what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.batch.input_problems import inspect_command
from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.score import Scoring
from iop_screen.batch.sources.source import UNENDED
from iop_screen.batch.tally import Seen
from iop_screen.questionnaire.answers import UNREADABLE
from iop_screen.report.headline import step_names
from iop_screen.report.input_problems import NOTHING_SAID, SaidFiles, next_command
from iop_screen.report.score_words import (
    EXCLUDED_WORDS,
    PLACES_NAMED,
    RECORD_PROBLEM_WORDS,
    STANDARD_INPUT,
    account_text,
    cell_problems,
    dangers_left_out,
    emergencies,
    expected_text,
    file_facts,
    file_name,
    grouped_places,
    left_out_text,
    listed,
    missing_counts,
    no_emergency_text,
    open_danger_texts,
    open_dangers,
    outcomes_in_order,
    places_text,
    reasons_text,
    row_outcome_text,
    soon_steps,
    totals_texts,
    with_first_step,
)
from iop_screen.report.wording import WIDTH, contact_texts, filled_whole

SOON_NAMED = 10
FILES_NAMED = 10
QUESTIONS_NAMED = 10
NARROWEST = 30


def summary(
    scoring: Scoring, width: int = WIDTH, *, rejects_written: bool = False, said: SaidFiles = NOTHING_SAID
) -> str:
    """The summary of a run in which every row has been read, filled to a width.

    `rejects_written` says that the rejected records were written to a file of their own; `said` are the files that the
    next commands name again.
    """
    page = _Page(max(NARROWEST, width), rejects_written=rejects_written, said=said)
    parts = (_danger, _warnings, _outcomes, _totals, _files, _left_out, _missing, _problems, _rejections, _next, _foot)
    return "\n\n".join(filter(None, ("\n".join(part(scoring, page)) for part in parts))) + "\n"


class _Page:
    """Fills texts to a width, and knows what was written beside the rows.

    An id is not broken at a hyphen, so that it can be searched for.
    """

    def __init__(self, width: int, *, rejects_written: bool, said: SaidFiles) -> None:
        self.width = width
        self.said = said
        self.rejects_written = rejects_written

    def line(self, text: str, first: str = "", rest: str = "  ") -> str:
        """A text that is not indented in its first line."""
        return filled_whole(text, self.width, first, rest)

    def item(self, text: str, mark: str = "- ") -> str:
        """A text as an item of a list."""
        return self.line(text, f"  {mark}", " " * (2 + len(mark)))

    def items(self, texts: Iterable[str], shown: int, noun: str) -> Iterator[str]:
        """The first few texts as a list, and how many more there are."""
        texts = [*texts]
        yield from map(self.item, texts[:shown])
        if len(texts) > shown:
            yield self.item(f"and {len(texts) - shown:,} more {noun}")


def _places(seen: Seen, scoring: Scoring) -> str:
    return places_text(seen, PLACES_NAMED, with_file=len(scoring.files) > 1)


def _danger(scoring: Scoring, page: _Page) -> Iterator[str]:
    """Emergencies, and forms whose open answers could make them one."""
    certain, possible = emergencies(scoring), open_dangers(scoring)
    if not certain.count:
        yield page.line(f"EMERGENCIES: {no_emergency_text(scoring, PLACES_NAMED)}")
    yield from _named("EMERGENCIES", certain, "Look at these forms first.", scoring, page)
    yield from _dangers_left_out(scoring, page)
    yield from _named(
        "EMERGENCY NOT RULED OUT", possible, "An open answer could make these an emergency.", scoring, page
    )
    yield from (page.item(text, "  ") for text in open_danger_texts(scoring, PLACES_NAMED))
    if certain.count:
        yield from _named("NOT JUDGED", scoring.tally.not_judged, "They could not be read.", scoring, page)
    yield from _soon(scoring, page)


def _named(title: str, seen: Seen, advice: str, scoring: Scoring, page: _Page) -> Iterator[str]:
    """Records of one kind with their places; nothing if there are none."""
    if seen.count:
        yield page.line(f"{title}: {seen.count:,}. {advice}")
        yield page.item(_places(seen, scoring))


def _dangers_left_out(scoring: Scoring, page: _Page) -> Iterator[str]:
    """Danger in forms that are not scored, for somebody filled them in."""
    certain, possible = (dangers_left_out(scoring, certain=certain) for certain in (True, False))
    advice = "Look at these forms too."
    yield from _named("EMERGENCIES AMONG FORMS LEFT OUT", certain, advice, scoring, page)
    advice = "They are not scored."
    yield from _named("EMERGENCY NOT RULED OUT AMONG FORMS LEFT OUT", possible, advice, scoring, page)


def _soon(scoring: Scoring, page: _Page) -> Iterator[str]:
    """The forms with a first step that cannot wait, by name, the most urgent first."""
    names, several = step_names(scoring.compiled.questionnaire), len(scoring.files) > 1
    for step in soon_steps(scoring.compiled.questionnaire):
        certain, possible = with_first_step(scoring, step)
        titles = names.first(step, "FIRST"), f"FIRST, STILL OPEN: UP TO {names.open_first_step(step)}"
        for title, seen in zip(titles, (certain, possible), strict=True):
            if seen.count:
                more = "; --report lists more of them" if seen.count > SOON_NAMED else ""
                yield page.line(f"{title}: {seen.count:,}")
                yield page.item(places_text(seen, SOON_NAMED, with_file=several) + more)


def _outcomes(scoring: Scoring, page: _Page) -> Iterator[str]:
    account, questionnaire = scoring.account, scoring.compiled.questionnaire
    yield page.line(f"RECORDS READ: {account_text(scoring)}")
    names = step_names(questionnaire)
    counted = [(row_outcome_text(outcome, questionnaire, names), n) for outcome, n in outcomes_in_order(scoring)]
    others = [("Excluded", account.excluded.total()), ("Blank", account.blank)]
    every = [*counted, *((text, number) for text, number in others if number)]
    columns = len(f"{account.records:,}")
    for text, number in every:
        yield page.item(text, f"{number:>{columns},}  ")
    yield f"  {sum(number for _, number in every):>{columns},}  in all"


def _totals(scoring: Scoring, page: _Page) -> Iterator[str]:
    """What became of the scores of which the questionnaire says more than their items."""
    yield from (page.line(f"{title.upper()}: {text}") for title, text in totals_texts(scoring))


def _warnings(scoring: Scoring, page: _Page) -> Iterator[str]:
    """What makes every result of the run doubtful."""
    if unexpected := expected_text(scoring):
        yield page.line(unexpected.upper())
    if left_out := left_out_text(scoring):
        yield page.line(left_out.upper())
    for file in scoring.files:
        if allowed := file.columns.allowed_missing:
            where = f" ({file_name(file.source.name)})" if len(scoring.files) > 1 else ""
            yield page.line(f"SCORED WITHOUT COLUMNS THAT RULES READ{where}: {listed(allowed)}")


def _files(scoring: Scoring, page: _Page) -> Iterator[str]:
    files = scoring.files
    for file in files[:FILES_NAMED]:
        yield from _file(file, page)
    if len(files) > FILES_NAMED:
        yield page.line(f"and {len(files) - FILES_NAMED:,} more files")


def _file(file: InputFile, page: _Page) -> Iterator[str]:
    yield page.line(f"FILE {file_name(file.source.name)}")
    for name, text in file_facts(file):
        yield page.item(text if name == "Understood" else f"{name}: {text}")


def _left_out(scoring: Scoring, page: _Page) -> Iterator[str]:
    """Records without a row, and rows that are one too many or may be cut."""
    tally = scoring.tally
    for title, seen in grouped_places(tally.excluded, EXCLUDED_WORDS, "left out"):
        yield page.line(f"EXCLUDED, {title}: {seen.count:,}")
        yield page.item(_places(seen, scoring))
    if blank := tally.blank_records.count:
        yield page.line(f"BLANK RECORDS, without a row: {blank:,}")
        yield page.item(_places(tally.blank_records, scoring))
    of_records = {code: seen for code, seen in tally.of_records.items() if code != UNREADABLE}
    for title, seen in grouped_places(of_records, RECORD_PROBLEM_WORDS, "Records with a problem"):
        yield page.line(f"{title}: {seen.count:,}")
        yield page.item(_places(seen, scoring))


def _missing(scoring: Scoring, page: _Page) -> Iterator[str]:
    counts = missing_counts(scoring)
    if counts:
        yield page.line("NO ANSWER, BY REASON (first what danger hangs on, then what is open in most forms)")
    texts = (
        f"{each.question}: {reasons_text(each)}" + (f"; open in {each.open_in:,}" if each.open_in else "")
        for each in counts
    )
    of_danger = sum(each.of_danger for each in counts)
    yield from page.items(texts, max(QUESTIONS_NAMED, of_danger), "questions")


def _problems(scoring: Scoring, page: _Page) -> Iterator[str]:
    problems = cell_problems(scoring)
    if problems:
        yield page.line('ANSWERS WITH A PROBLEM (counted as unanswered, or not asked; never as "no")')
    texts = (
        f"{problem.question}: {problem.code}, {number:,} {'time' if number == 1 else 'times'}"
        for problem, number in problems
    )
    yield from page.items(texts, PLACES_NAMED, "kinds; each row names its own")


def _rejections(scoring: Scoring, page: _Page) -> Iterator[str]:
    rejected = scoring.tally.rejected
    if rejected:
        yield page.line(f"REJECTED RECORDS: {scoring.account.rejected:,}")
    for code, seen in rejected.items():
        yield page.item(f"{code}: {_places(seen, scoring)}")


def _next(scoring: Scoring, page: _Page) -> Iterator[str]:
    """What to do about what could not be read."""
    tally = scoring.tally
    advice = [*_advice_on_cells(scoring, page)]
    if tally.rejected and not page.rejects_written:
        advice.append(page.item("Rejected records: --rejects FILE writes them, to be corrected and scored again."))
    if UNENDED in {*tally.of_records, *tally.rejected}:
        advice.append(
            page.item("If a file without a last line end is whole, --allow-unended takes its last record as it is.")
        )
    if advice:
        yield "WHAT NEXT"
        yield from advice


def _advice_on_cells(scoring: Scoring, page: _Page) -> Iterator[str]:
    """How to say what cells mean. A command stands on a line of its own, to be copied whole."""
    tally, mapping = scoring.tally, scoring.settings.mapping
    unreadable = tally.of_records.get(UNREADABLE)
    if unreadable is None:
        return
    if tally.no_answer_words:
        order = [str(question.id) for question in scoring.compiled.questions]
        most_first = sorted(tally.no_answer_words.items(), key=lambda each: (-each[1], order.index(each[0])))
        questions = listed(f"{name} ({number:,})" for name, number in most_first)
        yield page.item(f"Cells that look like a reason for no answer, such as a refusal: {questions}")
    of_dictionary = scoring.settings.dictionary is not None
    place = "a mapping" if mapping is None or of_dictionary else f"the mapping {mapping.id}"
    yield page.item(f"To see the cells that could not be read, and to say in {place} what they mean:")
    files = [*dict.fromkeys(seen.file for seen in unreadable.places)]
    for name in files[:FILES_NAMED]:
        if name == STANDARD_INPUT:
            yield page.line("save the input as a file, and give it to `iop-screen inspect`", "    ", "    ")
        else:
            yield f"    {next_command(inspect_command(name), page.said)}"


def _foot(scoring: Scoring, page: _Page) -> Iterator[str]:
    questionnaire, mapping = scoring.compiled.questionnaire, scoring.settings.mapping
    contacts = contact_texts(questionnaire, None)
    if contacts:
        yield "CONTACTS"
        yield from map(page.item, contacts)
        yield ""
    yield page.line(str(questionnaire.disclaimer), rest="")
    yield ""
    yield page.line(f"Questionnaire: {scoring.compiled.stamp}")
    if mapping is not None:
        yield page.line(f"Mapping: {mapping.stamp}")
