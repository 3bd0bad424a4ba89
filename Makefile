# make run    open the window (creates .venv first)
# make test   lint, types, import contracts and all tests, offscreen
# make run TORCH=cuda   use the CUDA build of torch
PYTHON ?= python3
TORCH ?= cpu
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := resources/setup/constraints-$(TORCH).txt
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS)
RUN_STAMP := $(VENV)/.installed-$(TORCH)
TEST_STAMP := $(VENV)/.installed-test-$(TORCH)
# there once no system library of Qt is missing; until then each start says which are
LIBRARIES := $(VENV)/.libraries
# another build of torch satisfies pip by its number alone, so a switch has to be forced
OTHERS := $(filter-out $(RUN_STAMP) $(TEST_STAMP),$(wildcard $(VENV)/.installed-*))

.PHONY: run test lint clean
.DELETE_ON_ERROR:

run: $(LIBRARIES)
	@$(BIN)/python main.py

# without restarts: a test process that dies fails the whole, where one that takes its place would wait for ever;
# in order, or the files of a few long tests would all come last, and one process would wait for the other
test: $(TEST_STAMP) $(LIBRARIES)
	@$(BIN)/python -m ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart=0 --no-loadscope-reorder --cov --cov-report=term:skip-covered --durations=30 --durations-min=2

lint: $(TEST_STAMP)
	@$(BIN)/python -m ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python cannot make a virtual environment; install it with: sudo apt-get install python3-venv"; exit 1; }

$(RUN_STAMP): $(VENV)/bin/python pyproject.toml $(CONSTRAINTS)
	@echo "Installing into $(VENV) (once; torch is large)…"
	@$(INSTALL) -e .
	$(if $(OTHERS),@$(INSTALL) --force-reinstall torch && rm -f $(OTHERS))
	@touch $@

$(LIBRARIES): $(RUN_STAMP)
	@sh resources/setup/system-libraries $(BIN)/python && touch $@ || true

$(TEST_STAMP): $(RUN_STAMP)
	@$(INSTALL) -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .import_linter_cache .coverage*
