# The commands used most often. Each recipe is one command that also works by hand. `just` lists them.

bin := ".venv/bin"

# List the recipes.
default:
    @just --list

# Make the virtual environment and install the program into it, with what its tests need.
setup:
    python3 -m venv .venv && {{ bin }}/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"

# Look for mistakes and for code that is not formatted.
lint:
    {{ bin }}/ruff check . && {{ bin }}/ruff format --check .

# Check the types.
types:
    {{ bin }}/mypy

# Check the imports between packages.
imports:
    {{ bin }}/lint-imports

# Run all tests; arguments go to pytest, such as a file of tests.
test *what:
    {{ bin }}/python -m pytest {{ what }}

# Run the fast tests, while you work.
quick:
    {{ bin }}/python -m pytest -m "not slow"

# Run all tests, with more examples.
deep:
    IOP_SCREEN_TESTS=deep {{ bin }}/python -m pytest

# Print which check notices which change of the default questionnaire.
mutants:
    PYTHONPATH=tests {{ bin }}/python -m support.mutants

# Write docs/checks.md anew: its examples are what the program prints.
docs:
    PYTHONPATH=tests {{ bin }}/python -m support.check_docs

# Write the table of polluted files in docs/exports.md anew.
exports:
    PYTHONPATH=tests {{ bin }}/python scripts/pollution_table.py

# Write docs/changes-2.0.md anew: which forms the questionnaire puts below what version 1.1.0 said of them.
changes:
    {{ bin }}/python scripts/lower_results.py tests/fixtures/level-of-care-1.1.0.yaml questions.yaml > docs/changes-2.0.md

# Measure how long checking and scoring take.
bench:
    {{ bin }}/python benchmarks/run.py

# Pin what users install, with hashes.
lock:
    {{ bin }}/python scripts/release.py lock

# Build what is released, try it in a clean environment, and write its bill of materials.
release:
    {{ bin }}/python scripts/release.py build

# Fill in our forms with other programs, and score what they write; it needs the network and takes long.
second *readers:
    .ci/slow {{ readers }}

# Run all that must hold before a change is merged.
all:
    .ci/run
