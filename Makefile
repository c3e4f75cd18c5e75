# Everything happens in .venv of this checkout; nothing outside of it is installed or changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A new release whose wheels are not out yet must not start a compiler.
PIP := $(BIN)/python -m pip install -qq --progress-bar off --disable-pip-version-check --prefer-binary
# How many processes share the tests. WORKERS=0 runs all of them in one.
WORKERS ?= 2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo demo-up down test test-all chromium lint types imports ui docs bench bench-graph clean

help: ## Show this list
	@echo "make <target>   (PYTHON=python3.12 make ... chooses the interpreter, 3.11 or newer)"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed; \"$(PYTHON)\" is $$($(PYTHON) --version 2>&1 | head -1)." \
			"Name another one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "python -m venv failed: is the venv module installed?" >&2; exit 1; }

$(STAMP).%: pyproject.toml | $(BIN)/python
	@echo "Installing airflow-lineage-provider[$*] and Airflow into $(VENV) (minutes the first time)"
	@$(PIP) -e '.[$*]'
	@touch $@

install: $(STAMP).dev ## Create .venv and install the package with everything for development

demo: $(STAMP).demo ## Run the shop on a live Airflow, show its lineage, and a gate that blocks and passes
	@$(BIN)/python -m example_dags.demo run

demo-up: $(STAMP).demo ## Run the shop and leave Airflow running; says where to look
	@$(BIN)/python -m example_dags.demo up

down: ## Stop what demo-up has started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m example_dags.demo down; else echo "Nothing to stop: there is no $(VENV)"; fi

test: $(STAMP).dev chromium ## Run the tests, live Airflow included, without the long stress suites
	$(BIN)/python -m pytest -n $(WORKERS)

test-all: $(STAMP).dev $(STAMP).celery chromium ## Run every test, the long ones too
	$(BIN)/python -m pytest -n $(WORKERS) -m ''

lint: $(STAMP).dev ## Check style and format with ruff
	$(BIN)/ruff check
	$(BIN)/ruff format --check

chromium: # The browser that the tests of the user interface need
	@.ci/install_chromium

types: $(STAMP).dev ## Check types with mypy
	$(BIN)/mypy

imports: $(STAMP).dev ## Check that imports between layers point down only
	$(BIN)/lint-imports

ui: ## Check the user interface: types, style, tests, size, and that dist/ is what the source makes
	.ci/check_ui

docs: $(STAMP).docs ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

bench: $(STAMP).dev ## Measure what capture adds to a task
	$(BIN)/python -m tests.benchmarks.overhead

bench-graph: $(STAMP).dev ## Measure graphs, events in, and a steady load
	$(BIN)/python -m tests.benchmarks.graph --http
	$(BIN)/python -m tests.benchmarks.ingest
	$(BIN)/python -m tests.benchmarks.load --minutes 5 --rate 20

clean: down ## Stop the demo and delete everything that make has made
	rm -rf $(VENV) .demo build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
