# Everything a person or CI runs here. Works with GNU Make 3.81 and a plain sh.

python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench soak promises lock clean

help: ## show this list
	@echo "Consentry: make TARGET"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

setup: ## install all that is needed, into .venv and .local (the other targets do it first)
	@sh local/setup/setup.sh

demo: setup ## run the whole product here on a made-up tenant under attack (ONCE=1: the story, then end; PORT=N)
	@$(python) -m local demo $(if $(ONCE),--once) $(if $(PORT),--port $(PORT))

test: setup ## run unit and integration tests on two cores (ARGS="-k alerts": some of them)
	@$(python) -m pytest -m "not soak" -n 3 --dist loadfile $(ARGS)

check: setup ## check format, lint, types, layers, dependencies, catalogue and documents
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry .
	$(python) -m local policies check
	$(python) -m local docs --check

format: setup ## format the code and mend what the linter can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## measure speed and compare with the recorded figures
	@$(python) -m local bench

soak: setup ## run the long tests
	@$(python) -m pytest -m soak $(ARGS)

promises: setup ## run the tests of docs/promises.md, long ones too, and record their figures
	@$(python) -m pytest --record-figures $(ARGS)
	$(python) -m local docs

lock: setup ## write the lock files anew from pyproject.toml (LOCK=--upgrade: with newer releases)
	@sh local/setup/lock.sh $(LOCK)

clean: ## remove all that set-up, tests and local runs made
	rm -rf .venv .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
