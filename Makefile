# Everything runs in .venv, which is made on the first call and kept up to date with
# pyproject.toml. It needs Python 3.11 or newer with its venv module, bash, git and make
# (GNU make 3.81 will do), and nothing in the home folder.

PYTHON ?= python3
# More arguments: make test ARGS='-k heredoc', make bench ARGS=start
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo tour test test-browser test-tools test-apiserver test-docker test-clusters lint format bench picture docs lines clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-20s %s\n' "  $$target" "$$text"; done

demo: $(READY) ## rehearse the flagship and its set-up on simulated clusters: no Docker, a minute or two
	@$(BIN)/cuebook rehearse --sandbox runbooks/practical-multicluster-setup.md \
		runbooks/practical-multicluster.md $(ARGS)

tour: $(READY) ## rehearse the tour: what cuebook does, in one run
	@$(BIN)/cuebook rehearse runbooks/tour.md $(ARGS)

test: $(READY) ## run all tests, two for each core at a time
	@$(BIN)/python -m pytest -n auto $(ARGS)

test-browser: $(READY) ## test pages in a real browser (Chromium; gets axe-core by npm)
	@$(BIN)/python -m tests.browser
	@CUEBOOK_BROWSER=1 $(BIN)/python -m pytest -n 2 -rs tests/browser $(ARGS)

test-tools: $(READY) ## test with the real kind, k3d, kubectl, helm, linkerd, step (installs them; needs Go)
	@$(BIN)/python -m tests.tools
	@CUEBOOK_TOOLS=1 $(BIN)/python -m pytest -n auto -rs tests/tools $(ARGS)
	@all=$$($(BIN)/python -m tests.sandbox.older) && CUEBOOK_CONTRACT_KUBECTL=$$all \
		$(BIN)/python -m pytest -n auto -rs tests/sandbox/contract $(ARGS)

test-apiserver: $(READY) ## hold what the sandbox promises to Kubernetes itself (builds it once, ten minutes; needs Go)
	@$(BIN)/python -m tests.tools
	@$(BIN)/python -m tests.tools controlplane kwok
	@CUEBOOK_TOOLS=1 $(BIN)/python -m tests.apiserver sh -c ' \
		$(BIN)/python -m pytest -n 4 -rs tests/sandbox/contract $(ARGS) && \
		$(BIN)/python -m pytest -rs tests/tools/test_sandbox.py $(ARGS)'

test-docker: $(READY) ## test with a Docker engine of its own, kind and k3d, on stand-in nodes (Linux, root)
	@$(BIN)/python -m tests.docker
	@$(BIN)/python -m tests.tools kubectl kind k3d
	@CUEBOOK_DOCKER=1 $(BIN)/python -m pytest -n 0 -rs tests/docker $(ARGS)

test-clusters: $(READY) ## rehearse the flagship and its set-up on real clusters (Docker, internet)
	@$(BIN)/cuebook rehearse runbooks/practical-multicluster-setup.md \
		runbooks/practical-multicluster.md $(ARGS)

lint: $(READY) ## ruff's rules, ruff's format, mypy in strict mode
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy -p tests.bench

format: $(READY) ## put the code into ruff's format, and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## measure speed and memory, write docs/performance.md (some minutes)
	@$(BIN)/python -m tests.bench $(ARGS)

picture: $(READY) ## draw the pictures in docs from real runs (the stage needs tmux, the page Chromium)
	@$(BIN)/python docs/picture.py
	@$(BIN)/python docs/screens.py
	@$(BIN)/python docs/report_page.py
	@$(BIN)/python docs/page_pictures.py

docs: $(READY) ## make this project's runbooks into a site in build/docs, with what they really print
	@echo "rehearsing the tour, and the flagship on simulated clusters: a minute or two"
	@$(BIN)/cuebook rehearse --no-init runbooks/tour.md >/dev/null
	@$(BIN)/cuebook rehearse --no-init --sandbox runbooks/practical-multicluster-setup.md \
		runbooks/practical-multicluster.md >/dev/null
	@$(BIN)/cuebook render --no-init --take latest runbooks -o build/docs
	@echo "build/docs/index.html"

lines: $(READY) ## write the lines of localcluster's plans in docs/localcluster.md anew
	@$(BIN)/python docs/lines.py

clean: ## remove .venv and whatever else the other targets made
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist ./*.egg-info

# setuptools' other editable mode loads a finder into every Python that starts: 18 ms each time.
$(READY): pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "cuebook needs Python 3.11 or newer, and there is no '$(PYTHON)' on PATH; name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "cuebook needs Python 3.11 or newer, and '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1); name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "cuebook is installed into a virtual environment, and '$(PYTHON)' cannot make one: its venv or ensurepip module is missing (Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@echo "cuebook: installing into $(VENV), with all that its tests need; this takes one to three minutes, once"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	@rm -f $@
	@{ $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check \
		--config-settings editable_mode=compat --editable '.[dev]' && touch $@; } | \
		while read -r word what rest; do \
			case $$word-$$what in \
				Collecting-*) said="  getting $${what%%[<>=!~;]*}" ;; \
				Installing-collected) said="  installing all of it" ;; \
				*) continue ;; \
			esac; \
			if [ -t 1 ]; then printf '\r%-60s' "$$said"; else echo "$$said"; fi; \
		done
	@[ ! -t 1 ] || printf '\r%-60s\r' ''
	@test -e $@
