# The few commands there are. Each does the set-up it needs first.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage bench faults lint format trial pictures contract lock clean

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/ready ## prepare .venv, with the command fjes in it
	@echo "Ready: $(BIN)/fjes --help"

demo: .venv/ready ## show terminal and page here, with a year of example votes
	@$(BIN)/fjes demo

test: .venv/ready-to-test lint ## run all checks and tests
	@$(BIN)/python -m $(PYTEST)

coverage: .venv/ready-to-test ## run all tests, a third slower, and tell which lines none of them reaches
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

lint: .venv/ready-to-test ## check format, types and the arrows between the rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/ready-to-test ## bring the code into the house's form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: .venv/ready-to-test .venv-bench/ready ## measure, each figure beside its baseline
	@$(BIN)/python -m tests.bench

trial: .venv/ready-to-test ## install in an empty Debian as deploy/README.md says: sudo make trial MIRROR=…
	@$(BIN)/python -m tests.trial --mirror $(MIRROR) $(foreach file,$(COPY),--copy $(file))

faults: .venv/ready-to-test ## run 200 sites in which everything breaks: what was pressed is what is stored
	@$(BIN)/python -m tests.faults --seeds 200

pictures: .venv/ready-to-test ## make the README's pictures anew
	@$(BIN)/python -m tests.pictures

contract: .venv/ready ## write the documents of the contract and of the API anew from the types
	@$(BIN)/python -m contract.asyncapi
	@$(BIN)/python -m dashboard.api.openapi

lock: .venv/ready-to-test ## resolve and lock the dependencies anew
	@deploy/lock $(BIN)/uv

clean: ## remove what was set up here
	rm -rf .venv .venv-bench

.venv/ready: requirements/all.txt pyproject.toml deploy/setup
	@deploy/setup packages run
	@deploy/setup environment .venv requirements/all.txt $(PYTHON)
	@touch $@

.venv/ready-to-test: .venv/ready requirements/dev.txt
	@deploy/setup packages test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv-bench/ready: requirements/bench.txt
	@deploy/setup environment .venv-bench requirements/bench.txt $(PYTHON)
	@touch $@
