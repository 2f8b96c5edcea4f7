# vmq: `make run` starts a demo, `make test` runs every test. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup run test nightly check lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "vmq needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && apt-get install -qy python3-venv; } \
	  || { echo "Python's venv module is missing; on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

run: setup
	$(BIN)/vmq run --guide

# Tests start vmq some hundred times: from compiled files, also where the environment has Python write none.
test: export PYTHONDONTWRITEBYTECODE =
test: check
	$(BIN)/python -m tests.live.install
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m pytest -n 5 --dist loadscope

# Many more histories of queues and calls, tried at random.
nightly: setup
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -q tests/unit/domain

check: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

lock:
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --custom-compile-command "make lock" \
	  --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) dist build vmq-data
