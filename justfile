# What you do most often here. Each recipe runs one command, which works by hand as well.
# `just` lists them. `.ci/run` is what has to hold before a change lands.

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

# Check that imports point one way.
imports:
    {{ bin }}/lint-imports

# Run the tests; words behind it go to pytest, such as a file of tests.
test *what:
    {{ bin }}/python -m pytest {{ what }}

# Run the tests that are fast.
quick:
    {{ bin }}/python -m pytest -m "not slow"

# Run the tests with more examples.
deep:
    {{ bin }}/python -m pytest --hypothesis-profile deep

# Write the page on checks anew: its examples are what the program prints.
docs:
    {{ bin }}/python tests/check_docs.py

# Measure how long things take.
bench:
    {{ bin }}/python benchmarks/run.py

# Pin what users install, with hashes.
lock:
    {{ bin }}/python scripts/release.py lock

# Build what is released, try it in a clean environment, and write its bill of materials.
release:
    {{ bin }}/python scripts/release.py build

# All that has to hold before a change lands.
all:
    .ci/run
