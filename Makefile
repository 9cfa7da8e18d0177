# Cenote's commands. Each sets up what it needs first, at once when that is there already.
# A set-up needs python3 (3.11 or newer) and make; it writes .venv/ and, as root on Debian, installs missing system packages.

PYTHON ?= python3
# One more than there are processors: a test often waits for a server or a browser.
WORKERS ?= $(shell expr $$(nproc) + 1)
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
# What the environment is made from. An environment made from something else is brought up to date.
STATE := $(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
APT := DEBIAN_FRONTEND=noninteractive apt-get

# JavaScript clients of the tests, installed anew when their list changes.
NODE := $(VENV)/node
NODE_STATE := $(shell cksum < tests/clients/node/package-lock.json | cut -d' ' -f1)

CHECKS := "ruff check" "ruff format --check" "mypy" "lint-imports" \
	"python spec/generate.py --check" "python spec/coverage.py --check" "python spec/messages.py --check"

.DEFAULT_GOAL := help
.PHONY: help serve demo test check spec format bench constraints clean postgresql node chromium bubblewrap wrk

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
		printf 'make %-12s %s\n' "$$name" "$$what"; done

serve: $(VENV)/ready-serve-$(STATE) ## set up and start Cenote on port 9329 (ARGS="--port 8080 …")
	@exec $(BIN)/cenote serve $(ARGS)

demo: $(VENV)/ready-serve-$(STATE) ## beside make serve: sign in with a small app, and look at the tokens (ARGS="--port 3001")
	@exec $(BIN)/cenote demo $(ARGS)

test: $(VENV)/ready-test-$(STATE) postgresql node chromium bubblewrap ## set up and run all tests (ARGS="tests/unit -k srp", WORKERS=4)
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/ready-check-$(STATE) ## lint, format, types, floors, generated files
	@failed=0; for command in $(CHECKS); do echo "== $$command"; $(BIN)/$$command || failed=1; done; exit $$failed

spec: $(VENV)/ready-check-$(STATE) ## generate the wire types and the page of operations anew
	@$(BIN)/python spec/generate.py
	@$(BIN)/python spec/coverage.py

format: $(VENV)/ready-check-$(STATE) ## put the code into its format, mend what ruff can mend
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix-only

bench: $(VENV)/ready-bench-$(STATE) wrk ## measure (ARGS="--quick", "--only refresh,get-user")
	@$(BIN)/python bench/run.py $(ARGS)

constraints: ## write constraints.txt anew from the newest versions that pyproject.toml allows
	@rm -rf $(VENV)-newest && $(PYTHON) -m venv $(VENV)-newest
	@$(VENV)-newest/bin/python -m pip install -qq --disable-pip-version-check '.[aws,test,dev,bench]' hatchling editables
	@{ sed -n '/^#/p' constraints.txt; $(VENV)-newest/bin/python -m pip freeze | grep '^[A-Za-z0-9_.-]*=='; } > $(VENV)-newest/frozen
	@mv $(VENV)-newest/frozen constraints.txt && rm -rf $(VENV)-newest

clean: ## remove the environment and every cache; your data in .cenote/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find src tests spec -name __pycache__ -prune -exec rm -rf {} +

# The environment: one stamp for each set of packages, named by what it was made from.

$(VENV)/ready-serve-$(STATE): WHAT = .
$(VENV)/ready-test-$(STATE): WHAT = .[test]
$(VENV)/ready-check-$(STATE): WHAT = .[test,dev]
$(VENV)/ready-bench-$(STATE): WHAT = .[test,bench]

$(VENV)/ready-%-$(STATE): | $(BIN)/python
	@echo "Installing Cenote and what '$*' needs into $(VENV) …"
	@$(PIP) --editable '$(WHAT)'
	@rm -f $(VENV)/ready-$*-*
	@touch $@

# A virtual environment whose python is gone (a dangling link) counts as absent, and so is made anew.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cenote needs Python 3.11 or newer as $(PYTHON) (make PYTHON=/path/to/python3)." >&2; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing python3-venv (apt-get) …"; \
			{ $(APT) -qq update && $(APT) -qq install -y --no-install-recommends python3-venv; } >/dev/null; \
		else \
			echo "$(PYTHON) cannot make virtual environments: run 'apt-get install python3-venv' as root." >&2; exit 1; \
		fi; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)

# Tests start their own throwaway PostgreSQL; no cluster of the system is made or used for it.
postgresql:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing PostgreSQL (apt-get) …"; \
			{ $(APT) -qq update \
				&& $(APT) -qq install -y --no-install-recommends postgresql-common \
				&& sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
				&& $(APT) -qq install -y --no-install-recommends postgresql; } >/dev/null; \
		elif [ "$${CI:-}" = true ]; then \
			echo "PostgreSQL is missing, and in CI nothing is skipped." >&2; exit 1; \
		else \
			echo "PostgreSQL is missing: its tests will be SKIPPED. To run them: apt-get install postgresql, as root."; \
		fi; fi

# What tests need of the system: $(1) its name, $(2) a command that is there with it, $(3) its packages.
define needed
	@if ! command -v $(2) >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $(1) (apt-get) …"; \
			{ $(APT) -qq update && $(APT) -qq install -y --no-install-recommends $(3); } >/dev/null; \
		elif [ "$${CI:-}" = true ]; then \
			echo "$(1) is missing, and in CI nothing is skipped." >&2; exit 1; \
		else \
			echo "$(1) is missing: its tests will be SKIPPED. To run them: apt-get install $(3), as root."; \
		fi; fi
endef

# AWS's JavaScript client, for the tests that sign in with it.
node: | $(BIN)/python
	$(call needed,Node,npm,nodejs npm)
	@if command -v npm >/dev/null && [ ! -e $(NODE)/ready-$(NODE_STATE) ]; then \
		echo "Installing the JavaScript clients of the tests into $(NODE) …"; \
		rm -rf $(NODE) && mkdir $(NODE) && cp tests/clients/node/package*.json $(NODE) \
			&& npm ci --prefix $(NODE) --silent --ignore-scripts --no-audit --no-fund && touch $(NODE)/ready-$(NODE_STATE); \
	fi

# The browser of the tests, without the fonts and dictionaries that come with it.
chromium:
	$(call needed,Chromium,chromium,chromium)

# What shuts local functions in.
bubblewrap:
	$(call needed,bubblewrap,bwrap,bubblewrap)

# The load generator of the benchmark.
wrk:
	@if ! command -v wrk >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing wrk (apt-get) …"; \
			{ $(APT) -qq update && $(APT) -qq install -y --no-install-recommends wrk; } >/dev/null; \
		else \
			echo "wrk is missing: run 'apt-get install wrk' as root." >&2; exit 1; \
		fi; fi
