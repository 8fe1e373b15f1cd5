"""The report of a run as one page: who needs a call first, what was suggested, which rules fired, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.rows import REJECTED
from iop_screen.batch.score import Scoring
from iop_screen.batch.tally import Place, RowOutcome, Seen
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.questionnaire.answers import UNREADABLE, MissingReason
from iop_screen.questionnaire.model import Questionnaire, Rule
from iop_screen.report.blocks import Block, Fields, Group, Heading, Items, Paragraph, blocks_html, titled_items
from iop_screen.report.charts import Part, bar_svg, legend_html, parts_svg
from iop_screen.report.headline import StepNames, step_names
from iop_screen.report.html_page import html_page, safe_html
from iop_screen.report.score_words import (
    EXCLUDED_WORDS,
    PLACES_NAMED,
    REASON_WORDS,
    RECORD_PROBLEM_WORDS,
    MissingCounts,
    account_text,
    cell_problems,
    danger_open,
    dangers_left_out,
    emergencies,
    expected_text,
    file_facts,
    file_name,
    grouped_places,
    id_text,
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
    step_order,
    totals_texts,
)
from iop_screen.report.wording import contact_texts, plural

PEOPLE_SHOWN = 200
KINDS_SHOWN = 100
TITLE = "Report of scored forms"
PERSONAL = (
    "This page holds data about persons: ids, and what they may need. Keep it and pass it on as you would the forms. "
    "Small numbers can point to a person, too."
)


def report_page(scoring: Scoring) -> str:
    """The report of a run in which every row has been read, as a page that loads nothing and runs nothing."""
    parts = (_head, _people, _account, _outcomes, _rules, _missing, _problems, _files, _foot)
    body = "\n".join(piece for part in parts for piece in part(scoring))
    return html_page(TITLE, _stamp(scoring), body, more_style=_STYLE)


def _stamp(scoring: Scoring) -> str:
    mapping = scoring.settings.mapping
    return scoring.compiled.stamp if mapping is None else f"{scoring.compiled.stamp}, mapping {mapping.stamp}"


def _head(scoring: Scoring) -> Iterator[str]:
    questionnaire = scoring.compiled.questionnaire
    names = listed(file_name(file.source.name) for file in scoring.files)
    handling = [Paragraph(str(questionnaire.handling))] if questionnaire.handling else []
    yield blocks_html([Heading(1, TITLE), Paragraph(f"{questionnaire.title}: {names}")])
    yield blocks_html([Paragraph(PERSONAL, "strong"), *handling, *map(_warning, _warnings(scoring))])
    yield blocks_html([Paragraph(str(questionnaire.disclaimer))])


def _warnings(scoring: Scoring) -> Iterator[str]:
    """What makes every result of the run doubtful."""
    if unexpected := expected_text(scoring):
        yield unexpected
    if left_out := left_out_text(scoring):
        yield left_out
    for file in scoring.files:
        if allowed := file.columns.allowed_missing:
            yield f"{file_name(file.source.name)} was scored without columns that rules read: {', '.join(allowed)}"


def _warning(text: str) -> Paragraph:
    return Paragraph(text, "broken")


def _people(scoring: Scoring) -> Iterator[str]:
    """The forms with a first step, or in which an emergency is not ruled out, the most urgent first."""
    questionnaire = scoring.compiled.questionnaire
    groups = _groups_by_urgency(scoring)
    count = sum(seen.count for _, _, seen in groups)
    contacts = contact_texts(questionnaire, questionnaire.interrupt())
    call = (Heading(3, "Whom to call in danger"), Items(contacts)) if contacts else ()
    in_danger = any(outcome.suggestion == EMERGENCY or danger_open(outcome, questionnaire) for outcome, _, _ in groups)
    why = titled_items("Why an emergency is not ruled out", open_danger_texts(scoring, PLACES_NAMED), 3)
    parts = (Heading(2, "Who needs a call first"), *_people_figures(scoring), *call, *why)
    yield blocks_html([Group(parts, "danger" if in_danger else "")])
    shown = [(outcome, reason, place) for outcome, reason, seen in groups for place in seen.places][:PEOPLE_SHOWN]
    if shown:
        yield _table("people", ("Id", "Line", "First step", "Danger"), _person_rows(shown, scoring))
    if count > len(shown):
        more = f"And {count - len(shown):,} more; the rows of the output name all that were scored."
        yield blocks_html([Paragraph(more)])


def _people_figures(scoring: Scoring) -> Iterator[Block]:
    """How many forms are in danger or may be, among those that were scored and those that were not."""
    certain, possible = emergencies(scoring).count, open_dangers(scoring).count
    count = sum(seen.count for outcome, seen in scoring.tally.by_outcome().items() if outcome.first_step_at_most)
    none = no_emergency_text(scoring, PLACES_NAMED)
    figures = f"Emergencies: {f'{certain:,}' if certain else none}. Emergency not ruled out: {possible:,}."
    yield Paragraph(f"{figures} With any first step, certain or open: {plural(count, 'form')}.")
    left_out, may_be = (dangers_left_out(scoring, certain=certain).count for certain in (True, False))
    if left_out or may_be:
        yield Paragraph(
            f"Among forms left out: emergencies {left_out:,}, emergency not ruled out {may_be:,}.", "strong"
        )
    if certain and (unread := scoring.tally.not_judged).count:
        where = places_text(unread, PLACES_NAMED, with_file=len(scoring.files) > 1)
        yield Paragraph(f"Not judged, since they could not be read: {plural(unread.count, 'record')} ({where}).")


def _groups_by_urgency(scoring: Scoring) -> list[tuple[RowOutcome, str, Seen]]:
    """What may need a first step, the most urgent first. Of forms left out, with the reason, only those in danger."""
    questionnaire, tally = scoring.compiled.questionnaire, scoring.tally
    groups = [(outcome, "", seen) for outcome, seen in tally.by_outcome().items() if outcome.first_step_at_most]
    groups += [(outcome, reason, seen) for reason, outcome, seen in tally.danger_unscored]
    return sorted(groups, key=lambda group: (_urgency(group[0], questionnaire), not group[1]), reverse=True)


def _urgency(outcome: RowOutcome, questionnaire: Questionnaire) -> tuple[bool, bool, int, int]:
    """Emergencies, then danger, then by the most urgent step that it can still mean."""
    steps = step_order(questionnaire)
    most, least = steps.index(outcome.first_step_at_most), steps.index(outcome.first_step_at_least)
    return outcome.suggestion == EMERGENCY, danger_open(outcome, questionnaire), most, least


def _person_rows(shown: Sequence[tuple[RowOutcome, str, Place]], scoring: Scoring) -> Iterator[str]:
    questionnaire = scoring.compiled.questionnaire
    names, several = step_names(questionnaire), len(scoring.files) > 1
    for outcome, reason, place in shown:
        danger = "Not ruled out" if danger_open(outcome, questionnaire) else ""
        danger = "EMERGENCY" if outcome.suggestion == EMERGENCY else danger
        danger = f"{danger}, left out: {sanitize(reason)}" if reason else danger
        line = f"{place.line} of {file_name(place.file)}" if several else str(place.line)
        yield _row(id_text(place.id) or "(no id)", line, _first_step(outcome, names), danger)


def _first_step(outcome: RowOutcome, names: StepNames) -> str:
    """The first step of a form, as far as it is certain."""
    least, most = outcome.first_step_at_least, outcome.first_step_at_most
    certain = names.first_step(least) if least else ""
    if least == most:
        return certain
    still = f"till open: up to {names.open_first_step(most)}"
    return f"{certain}. S{still}" if certain else f"S{still}"


def _account(scoring: Scoring) -> Iterator[str]:
    tally, account, several = scoring.tally, scoring.account, len(scoring.files) > 1
    blank = tally.blank_records
    groups = [
        *((f"Rejected [{sanitize(code)}]", seen) for code, seen in tally.rejected.items()),
        *((f"Excluded: {text}", seen) for text, seen in grouped_places(tally.excluded, EXCLUDED_WORDS, "left out")),
        *([("Blank in every cell, without a row", blank)] if blank.count else []),
    ]
    yield blocks_html([Heading(2, "What became of every record"), Paragraph(account_text(scoring), "strong")])
    places = [
        (title, (f"{seen.count:,} ({places_text(seen, PLACES_NAMED, with_file=several)})",)) for title, seen in groups
    ]
    yield blocks_html([Fields(tuple(places))])
    if account.records == 0:
        yield blocks_html([Paragraph("There is no record below the header.")])


def _outcomes(scoring: Scoring) -> Iterator[str]:
    questionnaire, whole = scoring.compiled.questionnaire, scoring.account.scored
    names = step_names(questionnaire)
    counted = [
        (row_outcome_text(outcome, questionnaire, names), number)
        for outcome, number in outcomes_in_order(scoring)
        if outcome.suggestion != REJECTED
    ]
    about = "Each first step is counted with its level and stands before it: a level after a check is another result."
    yield blocks_html([Heading(2, "What was suggested"), Paragraph(f"{about} Of {plural(whole, 'scored form')}.")])
    rows = (_bar_rows(text, number, whole) for text, number in counted)
    yield _table("bars", ("Suggestion", "Forms", "Share"), rows)
    totals = tuple((title, (text,)) for title, text in totals_texts(scoring))
    yield blocks_html([Heading(3, "Totals"), Fields(totals)] if totals else [])


def _rules(scoring: Scoring) -> Iterator[str]:
    compiled, fired, whole = scoring.compiled, scoring.tally.rules_fired, scoring.account.scored
    rules = [rule.definition for rule in compiled.rules]
    held = sorted((rule for rule in rules if fired[rule.id]), key=lambda rule: -fired[rule.id])
    never = [rule for rule in rules if not fired[rule.id]]
    about = f"In how many of {plural(whole, 'scored form')} each rule held for certain."
    yield blocks_html([Heading(2, "Rules that held"), Paragraph(about)])
    rows = (_bar_rows(str(rule.because), fired[rule.id], whole, rule.id) for rule in held)
    yield _table("bars", ("Rule", "Forms", "Share"), rows)
    if never:
        count = f"{len(never):,} of {plural(len(rules), 'rule')}. If one should have held, look at its columns."
        yield blocks_html([Heading(3, "Rules that never held"), Paragraph(count)])
        yield f'<ul class="never">{"".join(map(_never, never))}</ul>'


def _never(rule: Rule) -> str:
    return f"<li>{safe_html(str(rule.because))} <code>{safe_html(rule.id)}</code></li>"


def _missing(scoring: Scoring) -> Iterator[str]:
    counts, whole = missing_counts(scoring), scoring.account.scored
    about = (
        "None of these counts as an answer. A question that was not to be asked is blank, too. First come the "
        "questions that danger hangs on, then those that are open in most forms: an answer could still change the "
        "result."
    )
    yield blocks_html([Heading(2, "What is missing most")])
    if not counts:
        yield blocks_html([Paragraph("Nothing is missing.")])
        return
    yield blocks_html([Paragraph(about)])
    yield legend_html(REASON_WORDS[reason] for reason in MissingReason)
    yield _table("bars", ("Question", "Open in", "Missing"), (_missing_rows(each, whole) for each in counts))


def _missing_rows(counts: MissingCounts, whole: int) -> str:
    parts = [
        Part(REASON_WORDS[reason], counts.reasons[reason], index)
        for index, reason in enumerate(MissingReason)
        if counts.reasons[reason]
    ]
    row = _row(counts.ask, f"{counts.open_in:,}", f"{counts.reasons.total():,}", name=counts.question)
    return row + _wide_row(f"{parts_svg(parts, whole, counts.question)}<p>{safe_html(reasons_text(counts))}</p>")


def _problems(scoring: Scoring) -> Iterator[str]:
    tally, several = scoring.tally, len(scoring.files) > 1
    problems = cell_problems(scoring)
    of_records = {code: seen for code, seen in tally.of_records.items() if code != UNREADABLE}
    yield blocks_html([Heading(2, "Problems by column")])
    if not problems and not of_records:
        yield blocks_html([Paragraph("Every cell could be read.")])
    groups = grouped_places(of_records, RECORD_PROBLEM_WORDS, "Records with a problem")
    texts = [
        f"{title}: {seen.count:,} ({places_text(seen, PLACES_NAMED, with_file=several)})" for title, seen in groups
    ]
    yield blocks_html([Items(tuple(texts))] if texts else [])
    if problems:
        about = 'Such an answer counts as none, or as not asked; never as "no".'
        yield blocks_html([Paragraph(about)])
        rows = (_row(each.question, each.code, f"{number:,}") for each, number in problems[:KINDS_SHOWN])
        yield _table("problems", ("Question", "Problem", "Cells"), rows)
    if len(problems) > KINDS_SHOWN:
        yield blocks_html([Paragraph(f"And {len(problems) - KINDS_SHOWN:,} more kinds.")])


def _files(scoring: Scoring) -> Iterator[str]:
    yield blocks_html([Heading(2, "How the files were understood")])
    for file in scoring.files:
        yield blocks_html([Heading(3, file_name(file.source.name)), _file_fields(file)])


def _file_fields(file: InputFile) -> Fields:
    together: dict[str, list[str]] = {}
    for name, text in file_facts(file):
        together.setdefault(name, []).append(text)
    return Fields(tuple((name, tuple(texts)) for name, texts in together.items()))


def _foot(scoring: Scoring) -> Iterator[str]:
    questionnaire, mapping = scoring.compiled.questionnaire, scoring.settings.mapping
    yield blocks_html(titled_items("Contacts", contact_texts(questionnaire, None)))
    made = [("Questionnaire", (scoring.compiled.stamp,)), ("Mapping", ("none" if mapping is None else mapping.stamp,))]
    yield blocks_html(
        [Heading(2, "Made with"), Fields(tuple(made)), Paragraph(str(questionnaire.disclaimer), "strong")]
    )


def _bar_rows(text: str, number: int, whole: int, name: str = "") -> str:
    share = f"{number / whole:.1%}" if whole else ""
    return _row(text, f"{number:,}", share, name=name) + _wide_row(bar_svg(number, whole, name or text))


def _table(kind: str, head: Sequence[str], rows: Iterable[str]) -> str:
    names = "".join(f'<th scope="col">{safe_html(name)}</th>' for name in head)
    body = "\n".join(rows)
    return f'<table class="{kind}"><thead><tr>{names}</tr></thead><tbody>\n{body}\n</tbody></table>' if body else ""


def _row(first: str, *cells: str, name: str = "") -> str:
    code = f" <code>{safe_html(name)}</code>" if name else ""
    more = "".join(f"<td>{safe_html(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{safe_html(first)}{code}</th>{more}</tr>'


def _wide_row(content: str) -> str:
    """A row with one cell over the three columns of a table of bars. The content is HTML already."""
    return f'<tr class="bar"><td colspan="3">{content}</td></tr>'


_STYLE = """
svg { display: block; }
.bars th:first-child { width: auto; }
.bars th:nth-child(n+2) { width: 5.5rem; }
.bars td, .bars thead th:nth-child(n+2), .problems td:last-child, .problems thead th:last-child { text-align: right; }
.bars .bar td { padding: 0 0 .5rem; border-top: 0; text-align: left; }
.bars .bar p { margin: .1rem 0 0; color: var(--soft); font-size: .85rem; }
.people { table-layout: auto; font-size: .93rem; line-height: 1.35; }
.people th:first-child { width: auto; min-width: 4.4rem; }
.people thead th, .bars thead th:nth-child(n+2) { overflow-wrap: normal; white-space: nowrap; }
.people td:last-child { overflow-wrap: normal; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: 0; list-style: none; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.never { columns: 16rem; column-gap: 2.4rem; font-size: .9rem; }
.never li { break-inside: avoid; }
@media (max-width: 36rem) {
  .bars th:nth-child(n+2) { width: 3.9rem; }
  .people { font-size: .82rem; }
}
@media print {
  .bars tr:has(+ .bar) { break-after: avoid; }
  .bars .bar td { padding-bottom: 1mm; }
  .bars .bar p, .legend, .never { font-size: 8.5pt; }
  .bars th:nth-child(n+2) { width: 20mm; }
  .people { font-size: 9pt; }
}
"""
