# Each target sets up .venv first, from nothing but Python 3.11 or newer.
#   make lab        open the course in JupyterLab, on a copy in work/ (ARGS=--no-browser: only print its address)
#   make test       all that runs in minutes and needs no browser
#   make test-all   also what takes longer or needs a Chromium
#   make check      linters, types and the tests of the model and the explorer: run it while you edit
#   make bundle     the stepper's module, from its sources in web/
#   make bench      speed and counts
#   make real-kernel   the race on Debian's own kernel, in an emulated machine (ARGS=--console: what it says)
#   make fuzz       N=10000 random sequences of calls on the model and on the kernel that runs here, and
#                   random programs whose every interleaving is tried beside the explorer
#   make edit       open the course's sources in JupyterLab
#   make site       the course as a static site, in build/site: nothing is installed to use it
#   make release    a wheel and an sdist in dist/, if version, changelog and tree are ready for it
#   make lint       linters and types only
#   make help       this list
# PYTHON=... names the Python to make .venv with.

.PHONY: lab edit lint check bundle test test-all bench real-kernel fuzz site release help
.DEFAULT_GOAL := lab

vmlesson := .venv/bin/python -m vmlesson
on_all_cores := -n auto --dist worksteal
# nbgrader looks for alembic on the PATH.
in_venv := PATH="$(CURDIR)/.venv/bin:$$PATH"

help:
	@sed -n '/^#/!q; s/^# //p' Makefile

lab: .venv/.lab
	@$(vmlesson) lab work $(ARGS)

edit: .venv/.lab
	@$(vmlesson) lab --edit $(ARGS)

test: lint
	$(in_venv) python -m pytest $(on_all_cores) $(ARGS)

# A browser has the machine to itself.
test-all: lint
	$(in_venv) python -m pytest $(on_all_cores) -m "not browser" $(ARGS)
	$(in_venv) python -m pytest -m browser $(ARGS)

check: lint
	$(in_venv) python -m pytest $(on_all_cores) tests/kernel tests/replay tests/explore $(ARGS)

lint: .venv/.test web/node_modules/.package-lock.json
	$(in_venv) ruff check .
	$(in_venv) ruff format --check .
	$(in_venv) mypy --strict vmlesson real_kernel
	$(in_venv) lint-imports
	$(in_venv) npm --prefix web run --silent check

bundle: web/node_modules/.package-lock.json
	$(in_venv) npm --prefix web run --silent build

bench: .venv/.test
	@.venv/bin/python -m benchmarks $(ARGS)

real-kernel: .venv/.lab
	@.venv/bin/python -m real_kernel $(ARGS)

fuzz: .venv/.test
	@case "$(or $(N),1)" in 0*|*[!0-9]*) echo "make fuzz: N is $(N); give a whole number, 1 or more"; exit 2;; esac
	VMLESSON_FUZZ=$(or $(N),1000) .venv/bin/python -m pytest -rP tests/live/test_random.py $(ARGS)
	VMLESSON_FUZZ=$(or $(N),100000) .venv/bin/python -m pytest $(on_all_cores) -m slow tests/explore/test_explore.py $(ARGS)

site: .venv/.test
	@.venv/bin/python tools/build_site.py $(ARGS)

release: .venv/.test
	@.venv/bin/python tools/distribution.py

.venv/.lab: what := .
.venv/.test: what := .[instructor,test]
.venv/.lab .venv/.test: pyproject.toml constraints.txt tools/venv.sh
	$(eval python := $(shell sh tools/venv.sh find "$(PYTHON)"))
	$(if $(filter vmlesson:%,$(python)),$(error $(python)))
	@sh tools/venv.sh make "$(python)" "$(what)"
	@touch $@

# Of web/ alone: what users get is committed, and needs no node.
web/node_modules/.package-lock.json: web/package-lock.json .venv/.test
	@echo "Setting up web/node_modules (once) ..."
	@$(in_venv) npm --prefix web ci --silent
	@touch $@
