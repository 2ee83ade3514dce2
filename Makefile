# Everything runs in a virtual environment made from the lock; `make run` and `make test` set it up.
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: setup run test test-system check format docs templates bench lock

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	test -x $(PYTHON) || python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

run: setup
	$(VENV)/bin/motcua demo --if-empty
	$(VENV)/bin/motcua run

test: setup
	$(PYTHON) -m pytest -q --numprocesses auto --dist loadfile -m "not system"

test-system: setup
	$(PYTHON) -m pytest -q --numprocesses auto --dist loadfile -m system

check: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PYTHON) -m pip check

format: setup
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# Cards of indicators and rules, and the dictionary of the marts; a test fails when they are stale.
docs: setup
	$(PYTHON) -m reports.docs

# The Word templates that a new home starts from; a test fails when they are stale.
templates: setup
	$(PYTHON) -m reports.word.make_templates

bench: setup
	$(PYTHON) -m benchmarks.nightly
	$(PYTHON) -m benchmarks.rules
	$(PYTHON) -m benchmarks.reading
	$(PYTHON) -m benchmarks.tracing
	$(PYTHON) -m benchmarks.time_travel

# The lock is made with uv, for every platform, with hashes and without the address of an index.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--python-version 3.11 --extra dev pyproject.toml -o requirements.lock
