# What one does with CECS. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1
# Tests keep their databases in memory, where there is a gigabyte for them: no disk is waited for.
export PYTEST_DEBUG_TEMPROOT := $(shell test "$$(df -k --output=avail /dev/shm 2>/dev/null \
  | tail -n 1)" -gt 1000000 2>/dev/null && echo /dev/shm)

.PHONY: help run check test lock bench bench-lookup bench-ten-million bench-peers bench-plots
help: ## list what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# Each lock names all there is to install; --no-deps, for pip would otherwise prefer what came out since.
$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "CECS needs Python 3.11 or newer; set PYTHON=python3.11, for instance.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run ## set up and serve the demo on http://127.0.0.1:5000
	@$(BIN)/python app.py

check: $(VENV)/.dev ## the quick part: lint, types, rules and services on SQLite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pip --disable-pip-version-check check --quiet
	$(BIN)/python -m pytest -q -n 2 tests/domain tests/services tests/gateways tests/security \
	  tests/test_shape.py tests/test_vendored.py

# Each of its many processes would compile everything anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev ## everything: both databases, real browsers
	$(BIN)/python -m tests.system_packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 tests/domain --cov=cecs/domain --cov-branch --cov-fail-under=100
	CECS_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n 2 --dist worksteal --ignore=tests/browser --ignore=tests/slow
	CECS_TEST_DATABASE=sqlite $(BIN)/python -m pytest -q -n 3 --dist worksteal --ignore=tests/domain

bench: $(VENV)/.run ## measure, beside the goals, with 300,000 educators (made once, in instance/bench)
	$(BIN)/python -m bench

bench-peers: $(VENV)/.run ## beside Datasette, Django and Starlette, in an environment of their own
	test -x instance/bench/peers/bin/python || $(PYTHON) -m venv instance/bench/peers
	instance/bench/peers/bin/python -m pip install --quiet -r bench/peers/requirements.txt
	$(BIN)/python -m bench --peers-only

bench-plots: ## draw what was measured last, for docs/performance.md
	instance/bench/peers/bin/python -m bench.plots

bench-lookup: $(VENV)/.run ## the lookup alone, with EDUCATORS=3000000 beside 300,000 if you like
	$(BIN)/python -m bench --lookup-only --educators $(or $(EDUCATORS),300000) \
	  $(if $(EDUCATORS),--over 300000)

bench-ten-million: $(VENV)/.run ## the lookup of 10,200,000 people, copied from 300,000 (31 GB in instance/bench)
	$(BIN)/python -m bench.multiplied --times 34

lock: $(VENV)/.dev ## pin and hash the requirements anew
	$(BIN)/python -m pip install --quiet uv
	set -e; for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate $$name.in -o $$name.txt; done
