# The ways in. Each target makes .venv by itself; docs/operator/ tells more.
#
#   make demo                    everything on this machine, with the Lạng Sơn demonstration data
#   make demo MOTCUA_PORT=9000   the same on other ports (9000 to 9007)
#   make test TESTS=tests/forms  part of the tests
#   make test PYTEST_ARGS=-x     with other arguments for pytest

SHELL := /bin/sh
BIN := .venv/bin
TESTS ?= tests
# Two processes, each with a database of its own; a file's tests stay together.
PYTEST_ARGS ?= -n 2 --dist loadfile
export PYTHONUNBUFFERED = 1

.PHONY: help setup demo test test-long check format journey bench messages clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv with the locked packages"
	@echo "make demo     everything on this machine, with demonstration data (stop: Ctrl-C)"
	@echo "make test     all tests; browser tests where a Chromium is found (REQUIRE_BROWSER=1: must be)"
	@echo "make test-long the long drills: restore, kill -9 under load, the whole API as each role"
	@echo "make check    formatting, lint, types, import contract"
	@echo "make journey  the main job, headless: build/journey/journey.json and signed results"
	@echo "make bench    the benchmarks, one JSON line per figure"
	@echo "make messages brings the English catalogue into line with the pages, names what it lacks"
	@echo "make format   formats the code; make clean removes .venv, .demo and build"

setup:
	@tools/setup.sh

demo: setup
	@MOTCUA_HOME="$${MOTCUA_HOME:-.demo}" exec $(BIN)/motcua demo run

test: setup
	@$(BIN)/python -m pytest $(PYTEST_ARGS) $(TESTS)

test-long: setup  # after make test, never beside it: the drills start and kill whole houses
	@$(BIN)/python -m pytest -n 0 -m long --durations 0 --durations-min 5 $(TESTS)

check: check-format check-lint check-types check-imports  # make -k check: all of them

check-format: setup
	@$(BIN)/ruff format --check .

check-lint: setup
	@$(BIN)/ruff check .

check-types: setup
	@$(BIN)/mypy

check-imports: setup
	@$(BIN)/lint-imports

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

journey: setup
	@$(BIN)/python -m journey

bench: setup
	@$(BIN)/python -m bench

messages: setup
	@$(BIN)/python tools/messages.py update

clean:
	@rm -rf .venv build
	@echo "Kept: .demo (remove it with: .venv/bin/motcua demo remove, before make clean)"
