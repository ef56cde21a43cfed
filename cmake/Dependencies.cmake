# Every dependency: `# <set>: <Debian package> - <reason>`, then how CMake finds it.
# tools/install-packages reads the `# <set>:` lines, so a package is named only here.
# The sets: build (library and command), test (developer mode), sanitize (clang), check (analysis),
# bench (measuring).

# build: g++ - the compiler
# build: cmake - configures the build
# build: ninja-build - runs the build
# build: pkg-config - finds libraries that have no CMake files
# build: ccache - makes a second build quick

# build: nlohmann-json3-dev - JSON, behind core/json
find_package(nlohmann_json 3.11 REQUIRED)
# build: libsimdjson-dev - JSON quickly: nlohmann's parser took a fifth of a run's time
find_package(simdjson 3.0 REQUIRED)
# build: libfmt-dev - text formatting; g++ 12 has no std::format
find_package(fmt 9 REQUIRED)
# build: libcsv-dev - CSV as RFC 4180 has it, streaming
find_package(CSV REQUIRED)
# build: zlib1g-dev - rows in .gz files
find_package(ZLIB REQUIRED)
# build: libyaml-cpp-dev - task files
find_package(yaml-cpp 0.7 REQUIRED)
# build: libcurl4-openssl-dev - HTTP, many transfers in one thread
find_package(CURL 7.88 REQUIRED)
# build: libsqlite3-dev - the checkpoint, durable and readable by other tools
find_package(SQLite3 3.40 REQUIRED)
# build: libboost-dev - Asio and Beast, headers only: the simulated model's HTTP server
# build: libboost-dev - Math, headers only: the quantiles of intervals and tests
# build: libboost-dev - Multiprecision, headers only: the long integers of a model's program
find_package(Boost 1.74 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
# build: libzstd-dev - rows in .zst files, and the rank tables in the library
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
# build: libre2-dev - a task's patterns, in linear time whatever the reply
# build: libre2-dev - the simulated model's split of texts, by other code than a plan's
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
# build: libxxhash-dev - fast 128-bit fingerprints
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
# build: libutf8proc-dev - the canonical composition of a text, before some tokenizers cut it
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
# build: libcli11-dev - the command line
find_package(CLI11 2.1 REQUIRED)
# build: libmimalloc-dev - the command's allocator: a row takes a tenth less time
find_package(mimalloc 2.0 REQUIRED)
# build: libspdlog-dev - the command's log
find_package(spdlog 1.10 REQUIRED)
# build: libeigen3-dev - matrix products over the samples' vectors, headers only
find_package(Eigen3 3.4 REQUIRED NO_MODULE)

# build: libjs-chart.js - the charts of a report's page, which holds a copy
find_file(SHEAF_CHART_JS chart.min.js PATHS /usr/share/javascript/chart.js
  DOC "Chart.js 3.9 in one file, chart.min.js" NO_CMAKE_FIND_ROOT_PATH)
if(NOT SHEAF_CHART_JS)
  message(FATAL_ERROR "Chart.js is missing: install the Debian package libjs-chart.js, or fetch "
    "chart.js 3.9 from npm and configure with -D SHEAF_CHART_JS=.../dist/chart.min.js")
endif()

# build: python3-venv - brings an npm where the machine has none
set(SHEAF_ENCODINGS ${PROJECT_SOURCE_DIR}/build/encodings CACHE PATH
  "Folder of the rank tables of OpenAI's encodings: o200k_base.json and cl100k_base.json of npm's \
package tiktoken. They are fetched into it by name when they are not there")
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/fetch-encodings ${SHEAF_ENCODINGS})

# llama.cpp (MIT License) - runs GGUF files in the process; on no Debian 12, so from a crate, by name
# build: python3-venv - brings the Python that fetches it
include(Llama)

if(NOT SHEAF_DEVELOPER_MODE)
  return()
endif()

# test: libgtest-dev - unit tests
# test: libgmock-dev - matchers
find_package(GTest 1.12 REQUIRED)
# test: librapidcheck-dev - property tests with shrinking
find_package(rapidcheck REQUIRED)
# test: libnghttp2-dev - an HTTP/2 server that breaks its streams on demand
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
# test: libssl-dev - its TLS
find_package(OpenSSL 3.0 REQUIRED COMPONENTS SSL)
# test: python3 - the checks of layers and style
# test: python3-venv - the peers, by tests/peer/install
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# test: chromium-headless-shell - opens reports as a reader's browser does

# bench: libbenchmark-dev - micro benchmarks, timed until the figure is steady
find_package(benchmark 1.7 QUIET)
# bench: valgrind - counts the instructions of the hot paths, the same in every run
# bench: python3-venv - other Python clients, to be measured beside

# sanitize: clang-19 - a second compiler, the sanitizers
# sanitize: libclang-rt-19-dev - the sanitizers' and the fuzzer's run time
# check: clang-tidy-19 - static analysis
# check: cppcheck - a second static analysis
# check: clang-format-19 - the layout of the code
