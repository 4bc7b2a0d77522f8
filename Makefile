# Everything a person or CI runs. A fresh machine needs only Python 3.11+, make and a package index.
PY := .venv/bin/python
# Processes of the test run.
N ?= 2
APPS := common accounts operations products orders marketplace config
# Checks of the code itself run on the test settings and touch no database of yours.
CHECKED := DJANGO_SETTINGS_MODULE=config.settings.test
PROVIDED := $(PY) -m scripts.provision --redis
EVERYDAY := -n $(N) -m "not browser and not soak"

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup runtime dev demo serve test test-sqlite test-postgresql browser soak bench check \
	fmt format lint types contracts migrations deploy schema messages lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: dev ## create .venv and install the locked dependencies

runtime:
	@sh scripts/install.sh runtime

dev:
	@sh scripts/install.sh dev

demo: runtime ## import and attribute 60,000+ simulated orders and print the campaign report
	@bash scripts/demo.sh

serve: runtime ## the site on http://127.0.0.1:8000 (SHANHAI_PORT)
	@bash scripts/serve.sh

test: test-sqlite test-postgresql ## all tests, on SQLite and on PostgreSQL, with Redis

test-sqlite: dev
	@echo "==> tests on SQLite"
	@$(PROVIDED) -- $(PY) -m pytest $(EVERYDAY) $(PYTEST_ARGS)

test-postgresql: dev
	@echo "==> tests on PostgreSQL"
	@$(PROVIDED) --postgres -- $(PY) -m pytest $(EVERYDAY) $(PYTEST_ARGS)

browser: dev ## the tests that drive a real Chromium
	@echo "==> browser"
	@bash scripts/browser.sh

soak: dev ## the long proofs, on both databases
	@echo "==> soak on SQLite"
	@$(PROVIDED) -- $(PY) -m pytest -m soak -s $(PYTEST_ARGS)
	@echo "==> soak on PostgreSQL"
	@$(PROVIDED) --postgres -- $(PY) -m pytest -m soak -s $(PYTEST_ARGS)

bench: dev ## measure, print the ratios, write var/bench.json
	@$(PROVIDED) --postgres -- $(PY) -m bench

check: dev fmt lint types contracts migrations deploy schema test browser ## what CI runs, in order
	@echo "==> all checks passed"

fmt: dev
	@echo "==> format"
	@$(PY) -m ruff format --check .

format: dev ## rewrite the code in the house's format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lint: dev
	@echo "==> lint"
	@$(PY) -m ruff check .

types: dev
	@echo "==> types"
	@$(CHECKED) $(PY) -m mypy $(APPS)

contracts: dev
	@echo "==> import contracts"
	@$(CHECKED) .venv/bin/lint-imports --no-logo

migrations: dev
	@echo "==> migrations"
	@$(CHECKED) $(PY) manage.py makemigrations --check --dry-run

deploy: dev
	@echo "==> deploy check"
	@sh scripts/deploy_check.sh

schema: dev
	@echo "==> schema"
	@$(CHECKED) $(PY) manage.py spectacular --validate --fail-on-warn --file var/schema.yaml

messages: ## collect the texts for translation and compile locale/ (needs no gettext tools)
	@$(PY) -m scripts.translations

# --universal: one lock for every platform and Python from 3.11 up. No index address inside.
LOCKING := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
lock: dev ## write the locks from requirements/*.in (UPGRADE=--upgrade renews)
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(LOCKING) $(UPGRADE) requirements/runtime.in -o requirements/runtime.txt
	@$(LOCKING) $(UPGRADE) -c requirements/runtime.txt requirements/dev.in -o requirements/dev.txt
	@echo "locked: $$(grep -c == requirements/runtime.txt) runtime, $$(grep -c == requirements/dev.txt) development packages"

clean: ## remove .venv and everything that runs left under var/
	@rm -rf .venv var
