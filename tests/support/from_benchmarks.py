"""What tests take from the benchmarks, which are no package."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from iop_screen.core.files import default_questionnaire
from support.paths import REPOSITORY


@cache
def benchmark(name: str) -> Any:
    """A module of the benchmarks."""
    spec = spec_from_file_location(f"benchmark_{name}", REPOSITORY / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def tenfold() -> str:
    """The default questionnaire ten times in one file; the ids of each copy end in its number."""
    content: bytes = benchmark("run").times_ten(default_questionnaire().read_bytes())
    return content.decode()
