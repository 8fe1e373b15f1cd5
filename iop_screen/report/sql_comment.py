"""The comment above a query: what it is, what a table must hold, and what the query does not do."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from iop_screen.batch.sql.written_answers import REASONS, AnswerTable
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.wording import contact_texts

LINE = 100
MARKS = re.compile(r"([{$])(?=[{%#])")
"""Two signs that dbt or Spark would take as their own, even in a comment."""


def sql_comment(
    compiled: CompiledQuestionnaire,
    table: AnswerTable,
    written_by: str,
    database: str,
    shared: Sequence[tuple[str, str]] = (),
) -> str:
    """The comment as lines, each of which begins with `--`. `written_by` is the program with its version.

    `shared` is that of the query.
    """
    texts = [*_texts(compiled, table, written_by, database), *_shared(shared), ""]
    return "".join(f"-- {line}".rstrip() + "\n" for text in texts for line in _lines(text))


def _texts(compiled: CompiledQuestionnaire, table: AnswerTable, written_by: str, database: str) -> Iterator[str]:
    """The texts of the comment; an empty one is a line with nothing in it."""
    questionnaire = compiled.questionnaire
    yield f"{questionnaire.title}. This is not a diagnosis."
    yield f"{compiled.stamp}, as SQL for {database}, by {written_by}"
    yield from ("", questionnaire.disclaimer, f"Who may use it: {questionnaire.intended_use}")
    yield from _section("IF SOMEBODY IS IN DANGER", (f"- {text}" for text in contact_texts(questionnaire, None)))
    yield from _section("WHAT IT READS", _reads(compiled, table))
    yield from _section("WHAT IT GIVES", _gives(compiled))
    yield from _section("WHAT IT DOES NOT DO", DOES_NOT)
    yield from _section("HOW TO READ IT", (*HOW_TO_READ, *([WHY_OFFSET] if database == "Postgres" else []), SAME))


def _section(title: str, texts: Iterable[str]) -> list[str]:
    listed = [*texts]
    return ["", title, *listed] if listed else []


def _shared(shared: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Where the rules and the notes stand that have the column of another."""
    if shared:
        yield "So these are to be found under another name:"
        yield from (f"- {name} is {column}" for name, column in shared)


def _reads(compiled: CompiledQuestionnaire, table: AnswerTable) -> Iterator[str]:
    yield "A table with one row for each form. It is named once, below, in the part `cells`."
    yield "Each question has a column, named by the id of the question."
    if table.missing:
        listed = ", ".join(str(question.id) for question in compiled.questions if question.id in table.missing)
        yield f"There is no column for: {listed}. These count as not answered, and each row says so."
    if table.id_column is not None:
        yield f"The column {table.id_column} is copied as id."
    yield "A cell holds one of these, written just so:"
    yield "- the id of an option, such as yes; if more than one can be chosen, their ids with ; between them"
    yield "- a number, such as 12 or 0.5"
    yield "- words, where the question asks for words"
    yield f"- {', '.join(REASONS[:-1])} or {REASONS[-1]}, if that is why there is no answer"
    yield "- nothing at all, if there is no answer"
    yield "All else is unreadable: a label, YES for yes, a blank before an answer."
    yield "What is unreadable counts as no answer, and never as no."


def _gives(compiled: CompiledQuestionnaire) -> Iterator[str]:
    yield "One row for each row of the table, in any order. The columns are those of iop-screen score, without line."
    yield "Where too much is open to say what fits, it says undetermined, and which questions are open."
    interrupt = compiled.questionnaire.interrupt()
    if interrupt is not None:
        yield "Look first at the rows with the suggestion emergency."
        yield f"Then look at those with {interrupt.id} as first_step_at_most: there it is not ruled out."
    yield "What it gives says as much about a person as the answers do. Keep it as safe as them."


DOES_NOT = (
    "It leaves no row out, and marks no id that stands twice.",
    "It does not know which form, or which version of it, the answers come from.",
    "It does not stop if a column has other codes than these. Look if many rows have the same problem.",
    "To read labels, and for all of this, use iop-screen score.",
)

HOW_TO_READ = (
    "Each part of it adds columns to the part before. What is named once can be used in all parts below.",
    "no_answer_ and a question: why its cell is no answer. list_ or number_: the cell read as a list, or as a number.",
    "asked_ and a question: it is to be asked. rule_ and a rule: the rule holds. level_ and a level: at least that.",
    "first_step_ and a step: at least that. suggests_ and a suggestion: that is what is suggested.",
    "open_ and a question: it is open. not_asked_: it has an answer, but was not to be asked. note_: it is given.",
    "points_ and a number: points added up, either those that are certain, or the most that they can come to.",
    "With _may at its end it is not ruled out: it may be so, but for that an open answer would have to be known.",
    "part_ and a number: a piece of a rule, or of why a question is open, that is used more than once.",
)
SAME = "Two that are always the same have one column, with the name that comes first."
WHY_OFFSET = "OFFSET 0 changes nothing in what comes out. Without it, Postgres plans for minutes."


def _lines(text: str) -> list[str]:
    """A text as lines in which nothing ends the comment, and nothing is left for dbt or Spark to fill in."""
    shown = MARKS.sub(r"\1 ", sanitize(" ".join(text.split())))
    rest = "  " if shown.startswith("- ") else ""
    return textwrap.wrap(shown, LINE, subsequent_indent=rest, break_on_hyphens=False) or [""]
