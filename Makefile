# Everything here is CMake presets (CMakePresets.json) behind short names.
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30

.DEFAULT_GOAL := help
.PHONY: help demo test bench soak-identity format check tidy asan tsan fuzz install clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo: ## Build the command and run it on the example, with a simulated model
	@tools/install-packages build
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target sheaf_cli -j $(JOBS)
	@tools/demo

test: ## Build everything and run all tests that need no network
	@tools/install-packages build test
	cmake --preset dev --log-level=WARNING
	cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(JOBS)

bench: ## Build with optimisation and run the benchmarks, such as peak memory at 1,000,000 rows
	@tools/install-packages build test
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target benchmarks -j $(JOBS)
	@for bench in build/bench/bench/*_bench; do $$bench || exit; done

soak-identity: ## Check ten million answers to hostile rows and mangled replies, on all cores
	@tools/install-packages build test
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target identity_soak -j $(JOBS)
	build/bench/tests/identity_soak

format: ## Lay out all C++ files with clang-format
	@tools/install-packages check
	git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i

check: tidy asan tsan ## Static analysis, then all tests under the sanitizers

tidy:
	@tools/install-packages build test check
	cmake --preset tidy --log-level=WARNING
	cmake --build --preset tidy -j $(JOBS)

asan tsan:
	@tools/install-packages build test check
	cmake --preset $@ --log-level=WARNING
	cmake --build --preset $@ -j $(JOBS)
	@ctest --preset $@ -j $(JOBS)

fuzz: ## Fuzz each target for FUZZ_SECONDS (30)
	@tools/install-packages build test check
	cmake --preset fuzz --log-level=WARNING
	cmake --build --preset fuzz -j $(JOBS)
	@tools/fuzz $(FUZZ_SECONDS)

install: ## Install the library, its headers and the command under PREFIX (/usr/local)
	@tools/install-packages build
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	cmake --install build/release --prefix $(PREFIX)

clean: ## Remove all builds
	rm -rf build
