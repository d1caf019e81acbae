# SPDX-License-Identifier: Apache-2.0
#
# The commands that people type. The work is done by CMake (CMakePresets.json) and the
# scripts; this file only says what needs what. `make help` lists the commands.

SHARED ?= ../shared
PREFIX ?= /usr/local
DRAWN  = mannequin:squats?size=960x720&seconds=8&camera=oblique
CLIP   ?= $(firstword $(wildcard $(SHARED)/data/videos/squats_portrait_5fps.mp4) $(DRAWN))
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN)
T      ?= card
SECONDS ?= 60

STANCE  = build/release/stance
# tests.xml (in the build folder) is where .ci/run reads which tests were skipped.
CTEST   = ctest -j $(JOBS) --output-on-failure --no-tests=error --output-junit tests.xml
WERROR  = $(if $(CI),-DSTANCE_WERROR=ON,-DSTANCE_WERROR=OFF)
ifneq ($(wildcard $(SHARED)/models),)
DEMO_ENV = STANCE_MODEL_PATH=$(SHARED)/models
endif

.PHONY: all build pictures setup setup-build setup-style setup-fuzz setup-bench demo test test-slow accuracy bench \
        bench-analyse bench-decode bench-fast bench-micro bench-motion bench-serve asan tsan fuzz style install clean help

all: build

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
	    awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: ## install what building and testing need, where it is missing
	@scripts/setup build web test

setup-build:
	@scripts/setup build
setup-style:
	@scripts/setup build web test style
setup-fuzz:
	@scripts/setup build fuzz

build: setup-build ## build the library and the program into build/release
	@cmake --preset release $(WERROR) >/dev/null
	@cmake --build --preset release -j $(JOBS)

demo: build ## find the joints in a clip; CLIP=FILE takes one of your own
	@mkdir -p demo
	@$(DEMO_ENV) $(STANCE) run "$(CLIP)" -o demo/demo.mp4 --json demo/demo.json --stats
	@echo "Open demo/demo.mp4 to see it, and demo/demo.json for the joints."

test: setup build ## run the tests
	@$(CTEST) --test-dir build/release -L '^(unit|e2e|data)$$'

test-slow: setup build ## run the tests that take long, or need a device
	@$(CTEST) --test-dir build/release -L '^(slow|device)$$'

pictures: setup build ## draw the pictures and the table of the documentation anew
	@$(DEMO_ENV) STANCE=$(STANCE) scripts/python scripts/pictures
	@scripts/page-pictures.mjs

accuracy: setup build ## measure every network on labelled photos: docs/accuracy.md
	@$(DEMO_ENV) STANCE=$(STANCE) scripts/python scripts/accuracy --shared $(SHARED)

setup-bench:
	@scripts/setup build test bench
bench: setup-bench build ## measure the speed, beside others
	@scripts/python bench/run.py --stance $(STANCE) --svg docs/images/bench.svg --json build/bench.json

bench-fast: setup build ## measure what --fast gains and costs
	@scripts/python bench/fast.py --stance $(STANCE)

bench-motion: setup-bench build ## measure what a video's motion vectors are good for
	@$${XDG_CACHE_HOME:-$$HOME/.cache}/stance/deps/peers/bin/python bench/motion.py --stance $(STANCE)

bench-serve: setup-bench build ## measure how much the server bears: docs/server.md
	@scripts/python bench/serve.py --stance $(STANCE) --soak 10 --write

bench-analyse: setup-bench build ## measure how well it tells what people do: docs/analysis.md
	@scripts/python bench/analyse.py --stance $(STANCE) --write

bench-micro: setup-build build ## measure single steps: crop, overlay, assignment
	@build/release/tests/micro

bench-decode: setup build ## measure what decoding costs, beside the inference
	@scripts/python bench/decode.py --stance $(STANCE)

# Left out: comparisons of figures, whose code other tests run as well, and the browser.
FIGURES = ^data/(blazepose|detectors|eval|eval_track|families|jitter|movenet_golden|people_drawn|serve|tracking)$$|/page$$

asan: setup ## run the tests with the address and undefined-behaviour sanitizers
	@cmake --preset asan $(WERROR) >/dev/null
	@cmake --build --preset asan -j $(JOBS)
	@$(CTEST) --test-dir build/asan -L '^(unit|e2e|data)$$' -E '$(FIGURES)'

tsan: setup ## run the pipeline's tests with the thread sanitizer
	@cmake --preset tsan $(WERROR) >/dev/null
	@cmake --build --preset tsan -j $(JOBS)
	@$(CTEST) --test-dir build/tsan -R '^(unit/test_(left_out|live_parts|queue|frame|pipeline|base|event_writer|event_db)|e2e/(errors|examples|fast|serve|serve_live)|data/(examples|json_schema))$$'

fuzz: setup-fuzz ## fuzz one target for a minute: make fuzz T=card SECONDS=60
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz -j $(JOBS) --target fuzz_$(T)
	@mkdir -p build/fuzz/corpus/$(T)
	@LSAN_OPTIONS=suppressions=tests/lsan.supp build/fuzz/tests/fuzz_$(T) \
	    -max_total_time=$(SECONDS) build/fuzz/corpus/$(T) tests/fuzz/corpus/$(T)

style: setup-style build ## check format, layers, and that generated documents are current
	@scripts/style

# With sudo: what the user has built, and not once more with root's own settings.
install: $(if $(and $(SUDO_USER),$(wildcard $(STANCE))),,build) ## install below PREFIX (default /usr/local)
	@cmake --install build/release --prefix "$(PREFIX)"

clean: ## remove what was built; what `make setup` fetched is kept
	@rm -rf build demo
