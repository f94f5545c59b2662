# Everything a newcomer needs, with Python 3.11, make and a network. `make` alone prints this list.
.DEFAULT_GOAL := help
SHELL := /bin/bash
-include .env

PYTHON ?= python3
VENV   ?= .venv
DATA   ?= var
PORT   ?= 8000
DEBUG  ?= 1
COMMENTS ?= 0
BIN    := $(VENV)/bin
export

.PHONY: help run test check bench demo lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.ready ## Start the site and its worker: PORT=8000 DATA=var
	@$(BIN)/python manage.py start

test: $(VENV)/.ready-dev ## Run every test, on SQLite and on PostgreSQL: ARGS='-k rating'
	@$(BIN)/python -m tests $(ARGS)

check: $(VENV)/.ready-dev ## Lint, imports, types, migrations, system checks: what a commit must pass
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=site $(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/mypy accounts articles comments newsletters questions site
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

bench: $(VENV)/.ready-dev ## Measure against limits and peers, two hours: NAME=list says what, NAME=captcha takes one
	@$(BIN)/python -m benchmarks $(NAME)

demo: $(VENV)/.ready ## Load the demo content into the database of DATA; COMMENTS=5000 for a crowd
	@$(BIN)/python manage.py demo --comments $(COMMENTS)

lock: ## Pin requirements again from the list in pyproject.toml
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet uv
	@$(VENV)-lock/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@$(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@rm -rf $(VENV)-lock

clean: ## Remove the environment (data in DATA stays)
	rm -rf $(VENV) .cache

$(VENV)/.ready: requirements.txt
	@echo "Making the environment in $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@touch $@
