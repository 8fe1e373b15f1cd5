"""The settings of a run over exports of REDCap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.from_dictionary import elsewhere, questions_of, with_dictionary
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.redcap.dictionary import Dictionary
from iop_screen.batch.sources.redcap.source import MIXED_EXPORT, RedcapSource
from iop_screen.batch.sources.source import Source
from iop_screen.engine.compiled import CompiledQuestionnaire


def by_dictionary(
    settings: ScoreSettings, dictionary: Dictionary, sources: Sequence[Source], compiled: CompiledQuestionnaire
) -> ScoreSettings | InputProblem:
    """The settings with a mapping that has what the dictionary says; a problem if files hold codes and labels."""
    kinds = [source.cells_labelled for source in sources if isinstance(source, RedcapSource)]
    if len({*kinds}) > 1:
        other = sources[kinds.index(not kinds[0])]
        message = f"the cells of this file are {_kind(not kinds[0])}, those of {sources[0].name} are {_kind(kinds[0])}"
        hint = "Score each kind of export in a run of its own."
        return InputProblem(other.name, other.header.line, MIXED_EXPORT, message, hint)
    names = {name.strip() for source in sources for name in source.header.names}
    labelled = kinds[0] if kinds else False
    mapping = with_dictionary(settings.mapping, dictionary, compiled, labelled=labelled, names=names)
    own = questions_of(dictionary, compiled) - elsewhere(settings.mapping)
    return replace(settings, mapping=mapping, by_dictionary=own)


def _kind(labelled: bool) -> str:  # noqa: FBT001 - it is what is shown
    return "labels" if labelled else "codes"
