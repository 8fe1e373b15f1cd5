"""The summary of a run on Spark as text: what needs a look first, and what Spark does not tell."""

from __future__ import annotations

import json
from collections.abc import Iterator

from iop_screen.batch.record_choice import OTHER_VERSION
from iop_screen.batch.rows import OutputShape
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.spark.counts import SparkCounts
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.report.headline import step_names
from iop_screen.report.score_output import said_of_all_rows
from iop_screen.report.score_words import RECORD_PROBLEM_WORDS, danger_open, row_outcome_text
from iop_screen.report.wording import WIDTH, contact_texts, filled_whole, plural


def spark_summary(
    counts: SparkCounts, compiled: CompiledQuestionnaire, settings: ScoreSettings, folder: str, width: int = WIDTH
) -> str:
    """The summary of a run whose results stand in a folder, filled to a width."""
    page = _Page(counts, compiled, settings, folder, width)
    parts = (page.danger(), page.outcomes(), page.problems(), page.foot())
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


class _Page:
    def __init__(
        self, counts: SparkCounts, compiled: CompiledQuestionnaire, settings: ScoreSettings, folder: str, width: int
    ) -> None:
        self._counts, self._compiled, self._settings = counts, compiled, settings
        self._folder, self._width = folder, width

    def _line(self, text: str, first: str = "", rest: str = "  ") -> str:
        return filled_whole(text, self._width, first, rest)

    def _item(self, text: str, mark: str = "- ") -> str:
        return self._line(text, f"  {mark}", " " * (2 + len(mark)))

    def danger(self) -> list[str]:
        """How many forms are an emergency or may be one, and how many nobody has judged."""
        counts, questionnaire = self._counts, self._compiled.questionnaire
        certain = sum(number for outcome, number in counts.outcomes.items() if outcome.suggestion == EMERGENCY)
        possible = sum(number for outcome, number in counts.outcomes.items() if danger_open(outcome, questionnaire))
        lines = [self._line(f"EMERGENCIES: {certain:,}. Look at these forms first.")]
        if certain:
            lines.append(self._item(f"They are the rows with the suggestion `{EMERGENCY}`."))
        else:
            lines = [self._line("EMERGENCIES: none for certain")]
        if possible:
            lines.append(
                self._line(f"EMERGENCY NOT RULED OUT: {possible:,}. An open answer could make these an emergency.")
            )
        left_out = counts.rejected + counts.excluded
        if left_out:
            text = f"NOT JUDGED: {left_out:,}. There may be an emergency among the forms that were left out."
            lines.append(self._line(text))
        return lines

    def outcomes(self) -> list[str]:
        """What became of every record."""
        counts, questionnaire = self._counts, self._compiled.questionnaire
        names = step_names(questionnaire)
        parts = f"{counts.rows - counts.rejected:,} scored + {counts.rejected:,} rejected"
        account = f"{counts.records:,} = {parts} + {counts.excluded:,} excluded + {counts.blank:,} blank"
        every = [
            (row_outcome_text(outcome, questionnaire, names), number) for outcome, number in counts.outcomes.items()
        ]
        every += [(text, number) for text, number in (("Excluded", counts.excluded), ("Blank", counts.blank)) if number]
        columns = len(f"{counts.records:,}")
        return [
            *self._unexpected(),
            self._line(f"RECORDS READ: {account}"),
            *(self._item(text, f"{number:>{columns},}  ") for text, number in every),
            f"  {counts.records:>{columns},}  in all",
        ]

    def _unexpected(self) -> Iterator[str]:
        expected, read = self._settings.expect, self._counts.records
        if expected not in {None, read}:
            yield self._line(f"Expected {plural(expected or 0, 'record')}, read {read:,}".upper())
        if self._counts.leaves_all_out:
            hint = "; look at `status` in the mapping"
            yield self._line(f"No form was scored: {self._counts.excluded:,} left out{hint}")

    def problems(self) -> list[str]:
        """What could not be read, or needs a look."""
        counts = self._counts
        lines = []
        if counts.unreadable:
            lines.append(self._line(f"FORMS WITH AN ANSWER THAT COULD NOT BE READ: {counts.unreadable:,}"))
            lines.append(self._item("The column `problems` of each row names its own. They count as unanswered."))
        if counts.duplicates:
            lines.append(self._line(f"Ids that stand twice; each of their forms is scored: {counts.duplicates:,}"))
        if counts.other_version:
            lines.append(self._line(f"{RECORD_PROBLEM_WORDS[OTHER_VERSION]}: {counts.other_version:,}"))
        return lines

    def foot(self) -> list[str]:
        """The contacts, the disclaimer, and what the results were made by."""
        compiled, mapping = self._compiled, self._settings.mapping
        contacts = contact_texts(compiled.questionnaire, None)
        lines = ["CONTACTS", *map(self._item, contacts), ""] if contacts else []
        lines += [self._line(str(compiled.questionnaire.disclaimer), rest=""), ""]
        lines.append(self._line(f"Results: {self._folder}"))
        lines.append(self._line(f"Questionnaire: {compiled.stamp}"))
        if mapping is not None:
            lines.append(self._line(f"Mapping: {mapping.stamp}"))
        return lines


def spark_facts(counts: SparkCounts, compiled: CompiledQuestionnaire, settings: ScoreSettings, program: str) -> bytes:
    """What holds for all rows of a folder of results, as JSON, and how many records became of what."""
    said = said_of_all_rows(compiled, OutputShape(settings.mapping_stamp), program) | {
        "records": counts.records,
        "rows": counts.rows,
        "rejected": counts.rejected,
        "excluded": counts.excluded,
        "blank": counts.blank,
    }
    return (json.dumps(said, indent=2) + "\n").encode()
