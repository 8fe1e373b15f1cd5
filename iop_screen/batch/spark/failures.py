"""What went wrong in Spark, in a plain sentence: its own words can hold cells, and plans of many pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from iop_screen.batch.frames.spark_frame import class_of
from iop_screen.core.exits import CannotGoOn, Exit

NO_PACKAGE = "Spark has no package for such an address"
NOT_REACHED = "the machine at that address cannot be reached"
NOT_ALLOWED = "you are not allowed to do this there"
MEANINGS = {
    "ClassNotFoundException": NO_PACKAGE,
    "NoClassDefFoundError": NO_PACKAGE,
    "UnsupportedFileSystemException": NO_PACKAGE,
    "ConnectException": NOT_REACHED,
    "NoRouteToHostException": NOT_REACHED,
    "SocketTimeoutException": NOT_REACHED,
    "UnknownHostException": NOT_REACHED,
    "AccessControlException": NOT_ALLOWED,
    "AccessDeniedException": NOT_ALLOWED,
}
"""What the errors of Java say that come of an input or an output that is not where it was looked for."""


@contextmanager
def said_plainly(doing: str) -> Iterator[None]:
    """Raise CannotGoOn if Spark fails while it is `doing` something, with the class of what it says alone."""
    from py4j.protocol import Py4JError, Py4JNetworkError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except Py4JNetworkError:
        raise CannotGoOn(
            f"cannot go on {doing}: the Java of Spark ended, mostly for want of memory", Exit.FILE
        ) from None
    except (PySparkException, Py4JError) as error:
        name = class_of(error)
        meaning = f": {MEANINGS[name]}" if name in MEANINGS else ""
        raise CannotGoOn(f"Spark failed while it was {doing} ({name}){meaning}", Exit.FILE) from None
