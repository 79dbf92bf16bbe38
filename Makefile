# Two commands do all the set-up on a fresh machine with Python 3.11 or newer, git and make:
#   make site    install totem, export archive/ to site/, show the first recap
#   make test    install what the tests need, a browser too, and run them all

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell tools/find-python.sh)
PYTEST_ARGS ?= -n 2 -q

.PHONY: site test check lint types faults bench docs docs-site lock clean help laws flood wordpress

help:  ## say what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

site: $(VENV)/.installed  ## install totem, export archive/ to site/, show the first recap
	$(BIN)/totem export html --archive archive --output site
	@$(BIN)/totem show 1 --archive archive --no-pager

test: $(VENV)/.tested lint types  ## install what the tests need and run them all
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.tested  ## ruff: style, mistakes, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested  ## mypy, strict
	$(BIN)/mypy

check: lint types  ## what runs before the tests; prints the size of the package and the circles of its imports
	$(BIN)/python tools/structure.py

faults: $(VENV)/.tested  ## the long fault runs: every system call, killed and failed
	TOTEM_FAULTS=full $(BIN)/python -m pytest -m faults -n 2 -q

laws: $(VENV)/.tested  ## thousands of random edits, each exported again and afresh
	TOTEM_EXAMPLES=3000 $(BIN)/python -m pytest -q tests/test_exporters_again.py

wordpress: $(VENV)/.tested  ## push to a real WordPress on the loopback address (tools/wordpress.sh says what it needs)
	TOTEM_WORDPRESS=1 $(BIN)/python -m pytest -q tests/test_wordpress_real.py

flood: $(VENV)/.tested  ## 5,000 comments from 50 connections while commands edit the archive
	$(BIN)/python tools/flood.py

$(VENV)/.installed: requirements.txt pyproject.toml
	tools/make-venv.sh "$(PYTHON)" "$(VENV)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q totem_cli
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-test.txt tools/test-needs.sh tools/validators/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-test.txt
	tools/test-needs.sh
	@touch $@

lock: $(VENV)/.installed  ## pin the dependencies anew (name, version, hash)
	tools/lock.sh "$(PYTHON)"

SIZES ?= 1000,10000,100000
ROUNDS ?= 3

bench: $(VENV)/.tested benchmarks/.venv/.installed  ## totem beside Hugo, Eleventy, Pelican, papis, ripgrep: SIZES=1000,10000,100000 ROUNDS=3
	$(BIN)/python -m compileall -q totem_cli
	$(BIN)/python benchmarks/run.py --sizes $(SIZES) --rounds $(ROUNDS) --results benchmarks/results.md

benchmarks/.venv/.installed: benchmarks/requirements.txt benchmarks/requirements-ripgrep.txt
	tools/make-venv.sh "$(PYTHON)" benchmarks/.venv
	benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement benchmarks/requirements.txt
	-benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement benchmarks/requirements-ripgrep.txt
	@touch $@

docs: $(VENV)/.installed  ## make anew the parts of the documentation that come from the code
	$(BIN)/python tools/reference.py

docs-site: docs/.venv/.installed  ## build the documentation as a site in docs-site/
	docs/.venv/bin/python tools/docs_site.py docs-site

docs/.venv/.installed: docs/requirements.txt
	tools/make-venv.sh "$(PYTHON)" docs/.venv
	docs/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement docs/requirements.txt
	@touch $@

clean:  ## remove what make made
	rm -rf $(VENV) benchmarks/.venv docs/.venv docs-site site .mypy_cache .ruff_cache .pytest_cache .hypothesis
