# Everything one does with this repository. Each target sets up what it needs, with nothing but Python ≥ 3.11 and make;
# stamp files in .venv make the second run instant.

VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(BIN)/python -m pip --disable-pip-version-check

PORT ?= 8000
COURSE ?=
BENCH_SIZE ?= full
BENCH_ARGS ?=
# Empty: 2,000 learners in 420 seconds, Redis, MariaDB, another seed each time (soak/run.py).
SOAK_SECONDS ?=
SOAK_LEARNERS ?=
SOAK_BROKER ?=
SOAK_DB ?=
SOAK_SEED ?=
PYTEST_ARGS ?=
TOX_ARGS ?=
# pyenv's interpreters are not on PATH unless they were chosen; tox looks at them, too.
PYENV_PYTHONS := $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[12].*/bin/python3.1[12])

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench soak test-wheel test-releases test-event-bus test-upgrade test-tutor messages settings-reference services-deps clean

help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.sandbox ## Start the sandbox site (PORT=8000, COURSE=path/to/export.tar.gz for a course of your own)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py sandbox demo --address http://127.0.0.1:$(PORT) $(if $(COURSE),--course "$(COURSE)")
	@$(PY) manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/.dev ## Run the tests (PYTEST_ARGS="-k stack" to choose)
	$(PY) -m pytest -n auto $(PYTEST_ARGS)

check: $(VENV)/.dev ## Check style, types, layers, migrations, personal-data notes, file sizes, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PY) .ci/file_sizes.py
	DJANGO_SETTINGS_MODULE=microcred_plugin.settings.test $(PY) manage.py makemigrations --check --dry-run
	$(PY) .ci/pii_annotations.py
	$(PY) docs/generate_settings.py --check
	$(PY) .ci/messages.py check

bench: services-deps ## Measure every budget (BENCH_SIZE=full or small)
	BENCH_SIZE=$(BENCH_SIZE) $(PY) bench/run.py $(BENCH_ARGS)

soak: services-deps ## Load test while workers and broker die (SOAK_SECONDS, SOAK_LEARNERS, SOAK_BROKER, SOAK_DB, SOAK_SEED)
	@SOAK_SECONDS=$(SOAK_SECONDS) SOAK_LEARNERS=$(SOAK_LEARNERS) SOAK_BROKER=$(SOAK_BROKER) SOAK_DB=$(SOAK_DB) \
	    SOAK_SEED=$(SOAK_SEED) $(PY) soak/run.py

test-wheel: $(VENV)/.dev ## Build the wheel, look into it, and test it away from the checkout
	PY=$(abspath $(PY)) .ci/test-wheel $(PYTEST_ARGS)

test-releases: $(VENV)/.dev ## Run the tests with the pins of each Open edX release, and prove that we move none
	$(PY) -m tox run $(addprefix --discover ,$(PYENV_PYTHONS)) $(TOX_ARGS)

test-event-bus: $(VENV)/event-bus/.ready ## Run the tests of the event bus on the Redis of this machine
	$(VENV)/event-bus/bin/python -m pytest -p no:cacheprovider --ds=tests.event_bus.settings tests/event_bus/test_redis.py $(PYTEST_ARGS)

test-upgrade: $(VENV)/.dev ## Make a site with Teak's pins and go on with the newest of everything
	PY=$(abspath $(PY)) DISCOVER="$(PYENV_PYTHONS)" .ci/test-upgrade

test-tutor: $(VENV)/.dev ## Test the Tutor plugin with the real Tutor of each release, and its widgets
	PY=$(abspath $(PY)) .ci/test-tutor $(TOX_ARGS)

messages: $(VENV)/.dev ## Collect the texts to translate and compile the catalogues (needs gettext)
	$(PY) .ci/messages.py update
	$(PY) .ci/messages.py compile

settings-reference: $(VENV)/.dev ## Write docs/reference/settings.md from microcred_plugin/conf.py
	$(PY) docs/generate_settings.py

services-deps: $(VENV)/.dev ## Install what speaks to MariaDB, PostgreSQL and Redis, where that is possible
	@test -e $(VENV)/.services || { $(MAKE) --no-print-directory $(VENV)/.services || true; }

clean: ## Remove everything the other targets made, the sandbox's data too
	rm -rf $(VENV) .venv-tutor tutor/node_modules .tox var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# bin/pip is the last file venv writes, so a venv broken off half way is made again.
$(BIN)/pip:
	@python="$$(.ci/find-python)" && echo "Making $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(VENV)/.sandbox: setup.py | $(BIN)/pip
	@echo "Installing microcred-plugin and the sandbox …"
	@$(PIP) install --quiet --editable '.[sandbox]'
	@touch $@

$(VENV)/.dev: setup.py | $(BIN)/pip
	@echo "Installing microcred-plugin, the sandbox and the developer's tools …"
	@$(PIP) install --quiet --editable '.[sandbox,dev]'
	@touch $(VENV)/.sandbox $@

# The event bus's client in an environment of its own, on top of ours: the plugin must not need it.
$(VENV)/event-bus/.ready: $(VENV)/.dev
	@$(PY) -m venv $(VENV)/event-bus
	@$(PY) -c "import sysconfig; print(f'import site; site.addsitedir({sysconfig.get_path(\"purelib\")!r})')" \
	    >$$($(VENV)/event-bus/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/below.pth
	@$(VENV)/event-bus/bin/python -m pip --disable-pip-version-check install --quiet 'edx-event-bus-redis>=0.6'
	@touch $@

$(VENV)/.services: $(VENV)/.dev
	@$(PIP) install --quiet 'psycopg[binary]>=3.1' || echo "psycopg could not be installed: no PostgreSQL."
	@$(PIP) install --quiet 'celery[redis]' || echo "redis could not be installed: no Redis."
	@$(PIP) install --quiet 'mysqlclient>=2.2' || { \
	    echo "mysqlclient could not be installed: no MariaDB. It needs a C compiler, pkg-config and libmariadb-dev."; exit 1; }
	@touch $@
