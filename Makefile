# make demo   the whole job on the bundled data, into demo/
# make test   every check that CI runs
# Both do all of their own set-up on a Debian machine with Python 3.11. `make help` lists the rest.

PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
JS_TESTS := $(wildcard tests/js/*.test.mjs)
CJK := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint test-python test-js bundle bundle-js kit-linux bench bench-browser clean distclean debian-test

help:
	@echo "make demo          the whole job on the bundled data, into demo/"
	@echo "make test          every check that CI runs: lint, browser bundle, tests"
	@echo "make lint          ruff, mypy, import-linter, nbstripout, tsc"
	@echo "make test-python   pytest only;  make test-js  the node tests only"
	@echo "make bundle        the offline kit for Linux and Windows, into dist/"
	@echo "make bundle-js     build webmap and workbench (.js, .css) in gridmap/static from gridmap/widget/js"
	@echo "make bench         every mark against its peers, into docs/performance.md (about 15 minutes)"
	@echo "make bench-browser the painting map against other map widgets, into docs/performance-browser.md (about 40 minutes)"
	@echo "make clean         remove what was built;  make distclean  also .venv and node_modules"

demo: .venv/.gridmap-installed
	@$(BIN)/gridmap demo --out demo

test: debian-test lint test-js test-python

lint: .venv/.dev-installed node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --verify $(NOTEBOOKS))
	npm run --silent types

# Two processes for all but the browser, which has the machine to itself.
test-python: .venv/.dev-installed node_modules/.installed kit-linux
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --ignore tests/browser
	$(BIN)/python -m pytest tests/browser

test-js: node_modules/.installed
	node --test $(JS_TESTS)

bundle-js: node_modules/.installed
	node tools/build_bundle.mjs gridmap/static

bundle: .venv/.dev-installed
	@$(BIN)/python tools/make_kit.py dist

# What the test of the offline kit installs. The wheels are downloaded once, gridmap itself is built anew.
kit-linux: .venv/.dev-installed
	@$(BIN)/python tools/make_kit.py build/kit --only linux

bench: .venv/.bench-installed
	@tools/debian_packages.sh chromium=chromium fonts-noto-cjk=$(CJK)
	$(BIN)/python -m benchmarks

bench-browser: .venv/.bench-installed
	@tools/debian_packages.sh chromium=chromium fonts-noto-cjk=$(CJK)
	$(BIN)/python -m benchmarks.browser

clean:
	rm -rf build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

distclean: clean
	rm -rf .venv node_modules

# The set-up. A stamp is written last, so a broken installation is taken up again.

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "gridmap: no python3 found; install Python 3.11 or later (Debian: apt-get install python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"gridmap needs Python 3.11 or later; $(PYTHON) is {v[0]}.{v[1]}")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tools/debian_packages.sh python3-venv=/nonexistent
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "gridmap: $(PYTHON) cannot make a virtual environment; install its venv module (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

.venv/.gridmap-installed: pyproject.toml | .venv/bin/pip
	@echo "Installing gridmap and its libraries into .venv (the first time takes some minutes)" >&2
	@$(PIP) install --editable .
	@touch $@

.venv/.dev-installed: pyproject.toml | .venv/bin/pip
	@echo "Installing gridmap, its libraries and the tools for testing into .venv (the first time takes some minutes)" >&2
	@$(PIP) install --editable '.[dev]'
	@touch $@ .venv/.gridmap-installed

.venv/.bench-installed: pyproject.toml | .venv/bin/pip
	@echo "Installing gridmap and the libraries it is measured against into .venv" >&2
	@$(PIP) install --editable '.[bench]'
	@touch $@ .venv/.gridmap-installed

node_modules/.installed: package.json package-lock.json .npmrc
	@tools/debian_packages.sh nodejs=node npm=npm
	@npm ci --loglevel=error
	@touch $@

debian-test:
	@tools/debian_packages.sh chromium=chromium fonts-noto-cjk=$(CJK) poppler-utils=pdftoppm nodejs=node npm=npm \
	  libreoffice-calc-nogui=/usr/lib/libreoffice/program/libsclo.so libreoffice-writer-nogui=/usr/lib/libreoffice/program/libswlo.so
