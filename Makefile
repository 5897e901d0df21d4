# Everything runs in .venv, which is made here: nothing has to be installed by hand, and the system's Python is left alone.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FONDLY := $(BIN)/fondly

.PHONY: help demo test test-tools test-long lint bench clean

help:
	@echo "make demo        see fondly work, in a temporary folder"
	@echo "make test        lint and all tests that need nothing but Python"
	@echo "make test-tools  tests against programs from Debian and npm"
	@echo "make test-long   long random runs"
	@echo "make bench       speeds, side by side"

# An install is done again only when pyproject.toml has changed.
$(VENV)/.made:
	@tests/make-venv "$(PYTHON)" $(VENV)
	@touch $@

$(VENV)/.demo: pyproject.toml $(VENV)/.made
	@echo "Installing fondly into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[server]'
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.made
	@echo "Installing fondly and its tests' tools into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $(VENV)/.demo $@

demo: $(VENV)/.demo
	@$(FONDLY) demo

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n auto -m "not tools and not long and not bench"

test-tools: $(VENV)/.test
	$(BIN)/pytest -m tools

test-long: $(VENV)/.test
	$(BIN)/pytest --timeout 0 -n auto -m long -k "not fifty"
	$(BIN)/pytest --timeout 0 -m long -k fifty

bench: $(VENV)/.test
	$(BIN)/pytest --timeout 0 -s -m bench tests/benchmarks

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
