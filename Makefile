# Everything a contributor types. `make` alone lists it; arguments go on by ARGS="…".

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-lora check fmt bench crash lock audit sbom docs clean browser judge pictures fuzz

# The environment may hold an active virtualenv of something else; ours is always .venv.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
# A container that forbids Python to keep bytecode makes each of a thousand processes compile anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
ARGS ?=
# A third of the time the tests wait for processes, so there are more of them than cores.
WORKERS ?= $(shell expr 2 + $$(getconf _NPROCESSORS_ONLN))
# Numeric libraries with two threads on two busy cores are ten times slower than with one.
export OMP_NUM_THREADS ?= 1

# What failed beside others on a busy machine is asked once more, alone; a defect fails again.
ALONE = { test $$? = 1 && echo "once more, one at a time" && \
	$(BIN)/pytest --last-failed --last-failed-no-failures none --maxfail 5 $(ARGS); }

LORA = .venv-lora/bin/python -m pytest --confcutdir tests/lora tests/lora

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## fill .venv with what everything else needs (seconds; nothing when up to date)
	@sh locks/install.sh

demo: setup ## the whole loop on this machine in a browser; ARGS=--headless plays it by itself
	@$(BIN)/bot demo $(ARGS)

test: setup browser judge ## the whole test suite; ARGS="-k name" for a part of it
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS) || $(ALONE)

test-lora: ## the tests of the peft engine and of the Ray launcher, in .venv-lora (torch; minutes to install)
	@sh tests/lora/install.sh
	@$(LORA) --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS) || { test $$? = 1 && \
		echo "once more, one at a time" && $(LORA) --last-failed --last-failed-no-failures none --maxfail 5 $(ARGS); }

check: setup browser judge ## style, types, import contracts, then all of `make test`
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

fmt: setup ## format the code and fix what ruff can fix
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

bench: setup ## every bench beside its peers, into docs/bench.md (under 20 minutes); ARGS="--only turns"
	@$(BIN)/python -m bench.report $(ARGS)

chaos: setup ## kill everything in turn under load and audit what became of it; SEED=n TURNS=n
	@$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --turns $(or $(TURNS),1000) $(ARGS)

crash: setup ## tell each story anew for each effect, kill -9 before and after it (an hour); ARGS="-k Vote"
	@$(BIN)/pytest -q -s --every-crash-point tests/scenarios/crash $(ARGS)

fuzz: setup ## odd requests by the thousand against the real bot; SEED=n REQUESTS=n
	@$(BIN)/python -m tests.fuzz --seed $(or $(SEED),1) --requests $(or $(REQUESTS),10000) $(ARGS)

docs: setup ## write what is derived from the code: docs/cli.md, docs/settings.md, .env.example, …
	@$(BIN)/python docs/generate.py

pictures: setup browser ## take the screenshots in docs/pictures anew, by the browser tests
	@UPDATE_PICTURES=1 $(BIN)/pytest -q tests/browser $(ARGS)

lock: setup ## resolve the dependencies anew into locks/
	@sh locks/lock.sh $(ARGS)

audit: setup ## known vulnerabilities in what we lock, where advisories can be had
	@$(BIN)/python locks/audit.py $(ARGS)

sbom: setup ## a bill of materials of the service (CycloneDX) into artifacts/sbom.json
	@mkdir -p artifacts
	@$(BIN)/python -W ignore -m cyclonedx_py requirements locks/bot.txt --pyproject pyproject.toml --output-reproducible \
		--short-PURLs --of JSON --output-file artifacts/sbom.json
	@echo artifacts/sbom.json

clean: ## remove what was built; data/ stays
	@rm -rf .venv .venv-lora .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage artifacts dist
	@find bot finetune tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +

browser: setup
	@sh tests/browser/install.sh

judge: setup
	@sh tests/judge/install.sh
