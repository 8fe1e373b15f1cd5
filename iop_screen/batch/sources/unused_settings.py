"""What somebody said of how a file is written, and a file of its kind does not have."""

from __future__ import annotations

from collections.abc import Collection

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import and_list

UNUSED_SETTING = "unused-setting"


def unused_settings(name: str, settings: FileSettings, kind: str, used: Collection[str] = ()) -> InputProblem | None:
    """That something is said which a file of this kind does not have; `used` are the names of what it has.

    `kind` is the kind with its article, such as "a Parquet file".
    """
    said = {
        "encoding": settings.encoding is not None,
        "delimiter": settings.delimiter is not None,
        "skip_lines": settings.skip_lines > 0,
        "header_rows": settings.rows > 1 or settings.names_from != 1,
        "allow_unended": settings.allow_unended,
        "sheet": settings.sheet is not None,
    }
    names = [each for each, is_said in said.items() if is_said and each not in used]
    if not names:
        return None
    message = f"{and_list(names)} {'is' if len(names) == 1 else 'are'} said, which {kind} does not have"
    hint = "leave it out of the command and of the mapping; score files that need it in a run of their own"
    return InputProblem(name, None, UNUSED_SETTING, message, hint)
