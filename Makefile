# Two commands do everything: `make up` starts the whole system with its demo, `make test` checks all of it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Every process of ours compiles what it loads once, and not at each start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup up test lint golden reference bench browser clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

up: setup
	$(BIN)/nenep up --demo

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# A third process of tests, since many of them wait; a file stays together and the long ones come first (tests/conftest.py).
test: lint browser
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# Debian's Chromium, where it is missing and may be installed; without it the browser tests say so and skip.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null; } || true

# Replays the golden runs; `why="…"` accepts what is different and names the impacted periods in the changelog.
golden: setup
	$(BIN)/python -m tests.golden "$(why)"

# What is made from the code and checked in: the JSON Schema of criteria sets, the page of measures.
reference: setup
	$(BIN)/python -m services.evaluation.criteria.reference

bench: setup
	$(BIN)/python -m tests.bench

# Dependencies again from pyproject.toml, with hashes and without the name of any package host.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --all-extras --quiet --upgrade pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
