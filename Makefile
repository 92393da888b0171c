# make run and make test are all that a fresh clone needs; both prepare .venv by themselves.
VENV ?= .venv
# The first interpreter that really runs and is new enough: a shim on the PATH may only complain.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; exit 0; }; done)
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready

.PHONY: help run test test-all check lint snapshots bench demo clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(RUNS)  ## watch this host
	@$(BIN)/edr-tui

demo: $(RUNS)  ## start a harmless suspicious tree, to be watched from another terminal
	@$(BIN)/edr-tui demo --live

test: lint  ## lint, types, import contracts, all tests
	$(BIN)/pytest -n 2 -m 'not slow'

test-all: lint  ## the same with the slow sweeps
	$(BIN)/pytest -n 2

check: test  ## the same as test

lint: $(READY)  ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

snapshots: $(READY)  ## accept the screens as they are now
	$(BIN)/pytest -n 2 --snapshot-update tests/ui
	$(BIN)/python -m tests.ui.picture docs/main-screen.svg

bench: $(READY)  ## the figures of docs/performance.md, peers side by side
	$(BIN)/python -m tests.bench

clean:  ## remove what make prepared
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(RUNS): pyproject.toml
	@test -n "$(PYTHON)" || { echo "edr-tui needs Python 3.11 or newer; none that runs was found on the PATH." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "python3 -m venv failed: on Debian and Ubuntu, apt install python3-venv." >&2; exit 2; }
	@echo "Preparing $(VENV) (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(READY): $(RUNS)
	@echo "Preparing what the tests need (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@
