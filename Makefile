# `make vectors` and `make test` need nothing but CPython >= 3.11, git and make. Another environment: VENV=folder PYTHON=python3.11
VENV ?= .venv
PYTHON ?=
RUN = $(VENV)/bin
READY = $(VENV)/ready

.PHONY: vectors test lint docs bench simulate model
.DEFAULT_GOAL := test

# Made again when what it must hold has changed
$(READY): requirements.lock pyproject.toml scripts/environment scripts/pythons
	@scripts/environment $(VENV) $(PYTHON)

# Generate tests/vectors and replay each case from its files
vectors: $(READY)
	@$(RUN)/python -m axivon_spec vectors generate

test: $(READY)
	@$(RUN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(READY)
	@$(RUN)/ruff check
	@$(RUN)/ruff format --check
	@$(RUN)/python -m axivon_spec spec check

# The site, in site/
docs: $(READY)
	@$(RUN)/python -m scripts.website build/pages
	@NO_MKDOCS_2_WARNING=1 $(RUN)/python -m mkdocs build --strict --quiet

# The figures, each beside its peer's
bench: $(READY)
	@$(RUN)/python -m benchmarks $(ARGS)

# Voters of the spec on simulated networks, 100,000 times: an hour on two cores
simulate: $(READY)
	@$(RUN)/python -m axivon_spec simulate consensus --runs 100000 $(ARGS)

# Every state of models/voter.pml, with and without each rule of voting; needs Spin and a C compiler
model: $(READY)
	@$(RUN)/python -m models
