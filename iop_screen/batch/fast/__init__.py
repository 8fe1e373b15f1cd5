"""The heavy inner parts of scoring as machine code; the extra `fast` has what they need.

Importing `kernels`, or what calls it, loads the code that was kept, or makes it, which takes about ten seconds.
"""

from __future__ import annotations

from pathlib import Path


def code_is_kept() -> bool:
    """Whether the machine code can be kept for the next run, beside this package or in the user's cache folder.

    Where it cannot, each run has to make it anew, which pays for very large files only.
    """
    return _folder_of_code() is not None


def code_is_there() -> bool:
    """Whether some machine code is kept already; after a change of the program it is made anew all the same."""
    folder = _folder_of_code()
    return folder is not None and any(folder.glob("kernels.*.nbi"))


def _folder_of_code() -> Path | None:
    """The folder in which numba keeps the code; None if there is none."""
    from numba import njit  # noqa: PLC0415 - only with the extra

    try:
        return Path(njit(cache=True)(_like_a_kernel).stats.cache_path)
    except RuntimeError:
        return None


def _like_a_kernel() -> None:
    """Stands for the kernels: numba decides by the folder of a function where its code is kept."""
