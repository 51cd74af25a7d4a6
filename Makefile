# `make run` and `make test` need nothing but make and a Python from 3.11 on.

VENV := .venv
BIN := $(VENV)/bin
TOOLS := .venv-tools
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
LOCKED := --require-hashes --only-binary :all:
SOAK_SECONDS ?= 180
# Tests without processes of their own: of the pure modules, the statements, and the pages in one process.
UNIT := $(addprefix tests/,accounts charts dashboard db domain quick_add statistics transfer views web)
# The same with the command line and the settings, whose tests run in this process, too.
MEASURED := $(UNIT) tests/cli tests/test_settings.py --ignore tests/cli/test_main.py
AT_ONCE := --numprocesses 2 --dist worksteal
# One process for all tests of a file, which may share a server, a browser or an account. The files keep
# their order (the marker begins_first): by the number of their tests, a file of few long ones would come
# last and alone.
BY_FILE := --numprocesses 2 --dist loadfile --no-loadscope-reorder
# Tests that kill and freeze servers wait for them more than they work.
WAITING := --numprocesses 4
# The tests run at a moment of their own (tests/moments.py), or with the clock as it is.
TRUE_CLOCK := TALLY_TESTS_MOMENT=true

# Each test of a process starts Python again, which should find its compiled modules.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-database unit coverage mutants every-day one-day fuzz faults check browser saboteurs bench soak audit sqlmap \
	lock icons

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

run: $(VENV)/.installed ## serve on http://127.0.0.1:8000; arguments: make run ARGS="--port 9000"
	@exec $(BIN)/tally serve $(ARGS)

test: check browser saboteurs ## every check and every test
	$(BIN)/python -m pytest -m "not faults" $(BY_FILE) $(ARGS)
	$(TRUE_CLOCK) $(BIN)/python -m pytest -m "faults or true_clock" $(BY_FILE) $(WAITING)

unit: $(VENV)/.installed-dev saboteurs ## quick tests: pure modules, statements, pages; no browser, no servers
	$(BIN)/python -m pytest $(UNIT) -m "not slow" $(AT_ONCE) $(ARGS)

coverage: $(VENV)/.installed-dev saboteurs ## these with slow ones and the commands; fails if too many lines are not reached
	$(BIN)/python -m pytest $(MEASURED) $(AT_ONCE) --cov --cov-report=term:skip-covered $(ARGS)

mutants: $(VENV)/.installed-dev saboteurs ## small changes of the pure modules that no test notices: make mutants ARGS=domain
	$(BIN)/python -m tests.mutants $(or $(ARGS),domain quick_add transfer)

every-day: browser saboteurs ## every test but the faults at six moments: a leap day, a new year, ...
	$(BIN)/python -m tests.moments every -m "not faults" $(BY_FILE) $(ARGS)

one-day: $(VENV)/.installed-dev saboteurs ## the tests of unit and slow ones, at one of these moments: another every day
	$(BIN)/python -m tests.moments by-date $(UNIT) $(AT_ONCE) $(ARGS)

# At the true clock, which a database of yours has. Left out: tests with a browser, tests that kill and
# freeze servers of their own, and tests marked single_node.
test-database: $(VENV)/.installed-dev ## the tests on a database of yours: make test-database URL=postgresql://…
	@test -n "$(URL)" || { echo 'make test-database URL=postgresql://… (all in it is lost)' >&2; exit 1; }
	$(TRUE_CLOCK) TEST_DATABASE_URL='$(URL)' $(BIN)/python -m pytest -m "not faults and not single_node" \
		--ignore tests/browser $(ARGS)

# All other runs draw the same examples each time (tests/draws.py).
fuzz: $(VENV)/.installed-dev saboteurs ## property tests and fuzzing with fresh examples
	TALLY_TESTS_FRESH=1 $(BIN)/python -m pytest -m "hypothesis or fuzz" $(BY_FILE) $(ARGS)

faults: $(VENV)/.installed-dev saboteurs ## only the tests that kill and freeze real processes
	$(TRUE_CLOCK) $(BIN)/python -m pytest -m faults -v

check: $(VENV)/.installed-dev ## style, types, templates, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/deptry src

bench: $(VENV)/.installed-dev ## times of requests, pages, readings and files beside their floors; some: make bench ARGS=pages
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(VENV)/.installed-dev ## 200 people for a while, then with one who attacks: make soak SOAK_SECONDS=600
	$(BIN)/python -m benchmarks.soak --seconds $(SOAK_SECONDS) $(ARGS)
	$(BIN)/python -m benchmarks.soak --seconds $(SOAK_SECONDS) --hostile $(ARGS)

# The bill of materials is written first: it needs no network. --strict: where the service that knows
# the weaknesses cannot be asked about a package, that is a failure and not a clean bill.
audit: $(TOOLS)/.installed ## known weaknesses of the locked packages, and a bill of materials (CycloneDX)
	@mkdir -p build
	$(TOOLS)/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file build/sbom.cdx.json
	$(TOOLS)/bin/pip-audit --requirement requirements.txt --disable-pip --require-hashes --strict

sqlmap: $(TOOLS)/.installed $(VENV)/.installed ## sqlmap on every parameter of a scratch server, for two minutes
	$(BIN)/python -m tests.injecting $(TOOLS)/bin/sqlmap

icons: $(TOOLS)/.installed ## the PNG icons of the installed application, from static/icons/tally.svg
	$(TOOLS)/bin/python tools/make_icons.py

# pyproject.toml has loose ranges; the locks have the versions that are installed, with hashes, for every
# platform.
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)
lock: $(TOOLS)/.installed ## write the locks anew; newest versions: make lock UPGRADE=--upgrade
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.txt
	$(COMPILE) --group build --output-file requirements-build.txt
	$(COMPILE) --group tools --output-file requirements-tools.txt

# The browser tests take Debian's headless shell, else an installed Chromium or Chrome, else Playwright's.
# The shell is Chromium without its windows, which are a fifth of the processor's work.
browser: $(VENV)/.installed-dev
	@command -v chromium-headless-shell >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then \
		apt-get update -qq && \
		apt-get install -qq --yes --no-install-recommends chromium-headless-shell && exit 0; \
	fi; \
	for name in chromium chromium-browser google-chrome-stable google-chrome; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	$(BIN)/playwright install chromium

# datefudge moves the clock of all tests, pgbouncer is the pooler of the fault tests. Without the first
# the tests run at the true time; tests that need either are skipped, and say so.
saboteurs:
	@if [ "$$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release && \
		! dpkg --status datefudge pgbouncer >/dev/null 2>&1; then \
		apt-get update -qq && \
		apt-get install -qq --yes --no-install-recommends datefudge pgbouncer || \
		echo "datefudge and pgbouncer could not be installed: their tests are skipped." >&2; \
	fi

# Without its package for this, Debian's Python leaves half a folder, which would pass for a whole one.
$(VENV)/bin/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version)"; \
			$$python -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); exit 1; \
		fi; \
	done; echo "Tally needs Python 3.11 or newer." >&2; exit 1

# The project itself is built by hatchling, which is locked like everything else: with
# --no-build-isolation nothing is fetched that stands in no lock.
$(VENV)/.installed: requirements.txt requirements-build.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the packages of requirements.txt"
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) -r requirements.txt -r requirements-build.txt
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the packages of requirements-dev.txt"
	@$(BIN)/python $(PIP_INSTALL) $(LOCKED) -r requirements-dev.txt
	@touch $@

# Apart from the application: tools that look at its packages must not change them.
$(TOOLS)/.installed: requirements-tools.txt | $(VENV)/bin/python
	@echo "Installing the packages of requirements-tools.txt"
	@$(BIN)/python -m venv $(TOOLS)
	@$(TOOLS)/bin/python $(PIP_INSTALL) $(LOCKED) -r requirements-tools.txt
	@touch $@
