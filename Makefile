# Set up with Python 3.11 and make only: `make demo`, `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
PIP := PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
# Modules are compiled when first imported: most of torch's never are
INSTALL := $(PIP) install -q --no-compile

.PHONY: help venv demo test lint doctor clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo    train and test AEN on synthetic faces, write a report'
	@echo 'make test    check the style and run the tests'
	@echo 'make doctor  check the environment'
	@echo 'make venv    only set up the virtual environment, in $(VENV)'
	@echo 'make lint    check the style'
	@echo 'make clean   remove what builds and tests leave behind'

demo: venv
	$(BIN)/python tools/demo.py

test: lint
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

lint: $(READY_TO_TEST)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m isort --check-only --quiet .

doctor: venv
	$(BIN)/python tools/doctor.py

venv: $(READY)

$(READY): requirements/tested.txt setup.py
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'Error: $(PYTHON) not found. Install Python 3.11, or name it:' \
	    'make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Error: $(PYTHON) has no venv module. Install it (Debian and' \
	    'Ubuntu: the package python3-venv), or name another Python:' \
	    'make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || echo 'Warning: tested with Python 3.11, this is' \
	    "`$(PYTHON) --version`. If it fails: make PYTHON=python3.11"
	@echo 'Setting up $(VENV): 6 GB and several minutes the first time.'
	@$(PYTHON) -m venv $(VENV)
	@echo '1/3 torch and torchvision: the largest download'
	@$(INSTALL) -c requirements/tested.txt \
	  `grep -E '^torch(vision)?==' requirements/tested.txt`
	@echo '2/3 the other packages'
	@$(INSTALL) --no-deps -r requirements/tested.txt
	@echo '3/3 this project'
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@
	@echo 'Ready: $(BIN)/python'

$(READY_TO_TEST): $(READY) requirements/dev.txt
	@echo 'What the tests need besides'
	@$(INSTALL) --no-deps -r requirements/dev.txt
	@touch $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache
	find aen_mmaction configs tests tools -name __pycache__ -type d \
	  -prune -exec rm -rf {} +
