# What developers and CI call. Needs Python 3.11 or newer with venv, and Node 20.19 or newer with npm.
# Everything is installed below this folder: .venv/ and spa/node_modules/.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

PORT ?= 8000
# How long `make torture` goes on.
SECONDS ?= 60
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)

VENV := .venv
IN_VENV := ../$(VENV)/bin/python
PIP_INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes
BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed
NODE_MODULES := spa/node_modules/.installed
SPA_SOURCES := $(shell find spa -path spa/node_modules -prune -o -path spa/dist -prune -o \
	-path spa/e2e -prune -o \( -type f -o -type d \) -not -name '*.test.*' -not -name '*.tsbuildinfo' \
	-not -path spa -print 2>/dev/null)
SPA_BUILD := spa/dist/index.html
CACHE := $(CURDIR)/.cache
# For tools that load the settings without running anything.
TOOL_ENV := env -u DATABASE_URL -u REDIS_URL POSTHORN_DATA_DIR=$(CACHE)/tools \
	POSTHORN_SECRET_KEY=for-tools-that-only-read-the-settings
PYTEST := $(IN_VENV) -m pytest
SERVICES := $(IN_VENV) -m tests.services --database

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

# --- running ---------------------------------------------------------------------------------

.PHONY: demo demo-reset
demo: free-port $(BASE) $(SPA_BUILD) ## run everything in one process with made-up data (PORT=8000)
	@cd backend && exec env POSTHORN_DEMO=1 POSTHORN_PUBLIC_URL=http://127.0.0.1:$(PORT) $(IN_VENV) manage.py demo --port $(PORT)

demo-reset: ## forget the demo's data; the next `make demo` begins anew
	rm -rf var

.PHONY: free-port
free-port: need-python
	@$(PYTHON) -c 'import socket as s; l = s.socket(); l.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1); l.bind(("127.0.0.1", $(PORT)))' \
		2>/dev/null || { echo "Port $(PORT) is in use. Choose another: make demo PORT=9000" >&2; exit 1; }

# --- testing ---------------------------------------------------------------------------------

.PHONY: test test-backend test-sqlite test-postgresql test-spa test-e2e lighthouse measure-public test-stack torture bench bench-mail
test: ## all tests; the last lines say what ran on what
	@mkdir -p $(CACHE) && rm -f $(CACHE)/report
	@status=0; POSTHORN_TEST_REPORT=$(CACHE)/report $(MAKE) --no-print-directory -k \
		test-sqlite test-postgresql test-spa test-e2e || status=$$?; \
	echo; cat $(CACHE)/report 2>/dev/null; \
	[ $$status = 0 ] && echo "posthorn: all tests passed" || { echo "posthorn: tests FAILED"; exit 1; }

test-backend: test-sqlite test-postgresql ## the backend's tests, on SQLite and on PostgreSQL with Redis

test-sqlite: $(DEV) ## the backend's tests on SQLite (one file: ARGS=tests/...)
	@cd backend && $(SERVICES) sqlite -- $(PYTEST) $(ARGS)

test-postgresql: $(DEV) ## the backend's tests on PostgreSQL and Redis
	@cd backend && $(SERVICES) postgresql -- $(PYTEST) $(ARGS)

test-spa: $(NODE_MODULES) ## the SPA's unit and component tests
	@cd spa && if npm test; then result=passed; else result=FAILED; fi; \
	[ -z "$$POSTHORN_TEST_REPORT" ] || \
		echo "posthorn: SPA tests ran on Node $$(node --version), jsdom: $$result" >>"$$POSTHORN_TEST_REPORT"; \
	[ $$result = passed ]

test-e2e: $(DEV) $(NODE_MODULES) $(SPA_BUILD) ## the whole product in a browser
	@cd backend && $(IN_VENV) -m tests.e2e --project=stories $(ARGS)

lighthouse: $(DEV) $(NODE_MODULES) $(SPA_BUILD) ## Lighthouse's scores of the public page on a phone, median of five
	@cd backend && $(IN_VENV) -m tests.e2e --project=measure lighthouse

measure-public: $(DEV) $(NODE_MODULES) $(SPA_BUILD) ## what the public page costs a browser while 50 campaigns run
	@cd backend && $(IN_VENV) -m tests.e2e --project=measure live-cost

test-stack: $(DEV) ## the production stack, on whatever Docker engine is reachable
	@cd backend && $(PYTEST) -m stack -s tests/stack $(ARGS)

torture: $(DEV) ## kill everything at random while it sends, then count (SECONDS=300 SEED=7)
	@cd backend && $(IN_VENV) -m tests.engine.torture --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

bench: $(DEV) ## measure the engine beside plain psycopg; writes bench.json
	@cd backend && $(IN_VENV) -m tests.bench --json ../bench.json

bench-mail: $(DEV) ## measure the sending of mail beside smtplib and nodemailer
	@cd backend && $(IN_VENV) -m tests.bench.mail

# --- checking --------------------------------------------------------------------------------

CHECKS := check-style check-types check-imports check-migrations check-schema check-spa
.PHONY: check $(CHECKS) openapi format lock clean
check: ## style, types, imports, migrations, schema drift, the SPA's checks
	@$(MAKE) --no-print-directory -k $(CHECKS) && echo "posthorn: all checks passed"

check-style: $(DEV)
	@cd backend && $(IN_VENV) -m ruff check . && $(IN_VENV) -m ruff format --check .

check-types: $(DEV)
	@cd backend && $(TOOL_ENV) $(IN_VENV) -m mypy

check-imports: $(DEV)
	@cd backend && PYTHONPATH=. ../$(VENV)/bin/python -c 'from importlinter.cli import lint_imports_command as run; run()'

check-migrations: $(DEV)
	@cd backend && $(TOOL_ENV) $(IN_VENV) manage.py makemigrations --check --dry-run

check-schema: $(DEV) $(NODE_MODULES)
	@mkdir -p $(CACHE)
	@cd backend && $(TOOL_ENV) $(IN_VENV) manage.py spectacular --validate --fail-on-warn --file $(CACHE)/openapi.yaml
	@diff -u openapi.yaml $(CACHE)/openapi.yaml || { echo "openapi.yaml is out of date: make openapi" >&2; exit 1; }
	@cd spa && npx --no-install openapi-typescript ../openapi.yaml -o $(CACHE)/api-schema.d.ts >/dev/null
	@diff -u spa/src/api-schema.d.ts $(CACHE)/api-schema.d.ts || \
		{ echo "spa/src/api-schema.d.ts is out of date: make openapi" >&2; exit 1; }

check-spa: $(NODE_MODULES)
	@cd spa && npm run --silent lint && npm run --silent typecheck && npm run --silent size

openapi: $(DEV) $(NODE_MODULES) ## write openapi.yaml and the SPA's types anew from the code
	@cd backend && $(TOOL_ENV) $(IN_VENV) manage.py spectacular --validate --fail-on-warn --file ../openapi.yaml
	@cd spa && npm run --silent generate:api

format: $(DEV) ## format the backend's code and mend what can be mended
	@cd backend && $(IN_VENV) -m ruff check --fix . ; $(IN_VENV) -m ruff format .

LOCK := ../$(VENV)-lock/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock"
lock: need-python ## resolve the requirements anew; UPGRADE=--upgrade takes newer versions
	@[ -x $(VENV)-lock/bin/uv ] || { $(PYTHON) -m venv $(VENV)-lock && \
		$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv; }
	@cd backend && $(LOCK) $(UPGRADE) requirements/base.in -o requirements/base.txt
	@cd backend && $(LOCK) $(UPGRADE) requirements/dev.in -c requirements/base.txt -o requirements/dev.txt

clean: ## remove whatever can be made again; keeps the demo's data
	rm -rf $(VENV) $(VENV)-lock .cache spa/node_modules spa/dist
	find backend -name __pycache__ -prune -exec rm -rf {} +
	rm -rf backend/.mypy_cache backend/.ruff_cache backend/.pytest_cache backend/.import_linter_cache backend/.hypothesis

# --- installing ------------------------------------------------------------------------------

.PHONY: need-python need-node
need-python:
	@[ -n "$(PYTHON)" ] || { echo "Posthorn needs Python 3.11 or newer; none is on the PATH." \
		"Name one: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Posthorn needs Python 3.11 or newer; $(PYTHON) is not." >&2; exit 1; }

need-node:
	@command -v node >/dev/null && command -v npm >/dev/null || \
		{ echo "Posthorn needs Node 20.19 or newer with npm; none is on the PATH." >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || \
		{ echo "Posthorn needs Node 20.19 or newer; this is $$(node --version)." >&2; exit 1; }

$(VENV)/bin/python: | need-python
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(BASE): backend/requirements/base.txt | $(VENV)/bin/python
	@echo "Installing what the backend runs on ..."
	@$(PIP_INSTALL) -r backend/requirements/base.txt
	@touch $@

$(DEV): backend/requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what the backend runs on and is tested with ..."
	@$(PIP_INSTALL) -r backend/requirements/dev.txt
	@touch $@ $(BASE)

$(NODE_MODULES): spa/package.json spa/package-lock.json | need-node
	@echo "Installing what the SPA is built with ..."
	@cd spa && npm ci --no-audit --no-fund --loglevel=error && mkdir -p node_modules
	@touch $@

$(SPA_BUILD): $(NODE_MODULES) $(SPA_SOURCES)
	@echo "Building the SPA ..."
	@cd spa && npm run --silent build
	@touch $@
