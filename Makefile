# Everything here is CMake presets (CMakePresets.json) behind short names.
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 600
BENCH ?= bench/run.py

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo: ## Build the command and sort support messages with sheaf-nano, a small model of our own
demo-simulated: ## The same with the simulated model, which has faults, on the example's messages
demo demo-simulated:
	@tools/install-packages build
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target sheaf_cli -j $(JOBS)
	@tools/$@

test: ## Build everything and run all tests that need no network
	@tools/install-packages build test
	cmake --preset dev --log-level=WARNING
	cmake --build --preset dev -j $(JOBS)
	@tests/peer/install build/peer || test $$? -eq 77
	@ctest --preset dev -j $(JOBS)

experiments: ## Sweep sheaf-nano's tasks; then the data sets beside the checkout, simulated
	@tools/install-packages build
	@cmake --preset release --log-level=WARNING
	@cmake --build --preset release --target sheaf_cli -j $(JOBS)
	@tools/nano_experiments.py --sheaf build/release/apps/cli/sheaf --work build/nano-experiments
	@tools/experiments.py --sheaf build/release/apps/cli/sheaf --data ../shared/data \
	  --work build/experiments --check docs/experiments.md

bench-programs:
	@tools/install-packages build test bench
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target benchmarks -j $(JOBS)

bench: bench-programs ## Build with optimisation and measure, beside other clients, on a quiet machine
	@bench/rivals/install build/bench/rivals
	@$(BENCH)

bench-results: ## The same, written to bench/RESULTS.md
	@$(MAKE) bench BENCH="bench/run.py --write bench/RESULTS.md"

bench-check: bench-programs ## Fail where a hot path costs 5 % more instructions than on record
	@bench/instructions.py check
	@build/bench/bench/policy_bench --check docs/policies.md >/dev/null

bench-record: bench-programs ## Record what the hot paths cost now, in bench/instructions.txt
	@bench/instructions.py record

soak-identity: ## Check ten million answers to hostile rows and mangled replies, on all cores
	@tools/install-packages build test
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target identity_soak -j $(JOBS)
	build/bench/tests/identity_soak

soak-load: ## Watch memory and descriptors under full load for SOAK_SECONDS (1800)
soak-rows: ## Measure peak memory at SOAK_ROWS (10,000,000)
soak-load soak-rows:
	@tools/install-packages build test
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --target sheaf_cli -j $(JOBS)
	@python3 -B tests/soak/$(subst -,_,$@).py build/release/apps/cli/sheaf

soak-kill: ## Kill a run at 200 random moments, and each time let the same command go on
	@tools/install-packages build test
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target sheaf_fault_test -j $(JOBS)
	SHEAF_KILLS=200 build/bench/tests/sheaf_fault_test --gtest_filter='Kill.*'

format: ## Lay out all C++ files with clang-format
	@tools/install-packages check
	git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i

check: tidy cppcheck asan tsan ## Static analysis, then all tests under the sanitizers

tidy:
	@tools/install-packages build test sanitize check
	cmake --preset tidy --log-level=WARNING
	cmake --build --preset tidy -j $(JOBS)

cppcheck:
	@tools/install-packages check
	cppcheck -q -j $(JOBS) --enable=warning,performance,portability --std=c++20 \
	  --error-exitcode=1 --suppressions-list=tools/cppcheck-suppressions.txt \
	  -I include -I src src apps

test-sanitized: ## Run the tests of the layers that read strangers' bytes under the address and undefined sanitizers
	@tools/install-packages build test sanitize
	cmake --preset sanitized --log-level=WARNING
	cmake --build --preset sanitized -j $(JOBS)
	@ctest --preset sanitized -j $(JOBS)

asan tsan:
	@tools/install-packages build test sanitize check
	cmake --preset $@ --log-level=WARNING
	cmake --build --preset $@ -j $(JOBS)
	@ctest --preset $@ -j $(JOBS)

fuzz: ## Fuzz each target for FUZZ_SECONDS (600), one fuzzer per core
	@tools/install-packages build test sanitize check
	cmake --preset fuzz --log-level=WARNING
	cmake --build --preset fuzz -j $(JOBS)
	@tools/fuzz $(FUZZ_SECONDS) $(JOBS)

install: ## Install the library, its headers and the command under PREFIX (/usr/local)
	@tools/install-packages build
	cmake --preset release --log-level=WARNING
	cmake --build --preset release -j $(JOBS)
	cmake --install build/release --prefix $(PREFIX)

clean: ## Remove all builds
	rm -rf build
