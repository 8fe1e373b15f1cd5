"""The heavy inner parts of scoring as machine code; the extra `fast` has what they need.

Importing `kernels`, or what calls it, loads the code that was kept, or makes it, which takes about ten seconds.
"""

from __future__ import annotations


def code_is_kept() -> bool:
    """Whether the machine code can be kept for the next run, beside this package or in the user's cache folder.

    Where it cannot, each run has to make it anew, which pays for very large files only.
    """
    from numba import njit  # noqa: PLC0415 - only with the extra

    try:
        njit(cache=True)(_like_a_kernel)
    except RuntimeError:
        return False
    return True


def _like_a_kernel() -> None:
    """Stands for the kernels: numba decides by the folder of a function where its code is kept."""
