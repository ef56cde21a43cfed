# What only the project's own builds want: a default build type, warnings, ccache.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow)
# Where it optimises fully, g++ 12 warns of faults that its own library does not have (GCC bugs 105651
# and 105562); without them a release build is quiet.
add_compile_options(
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-maybe-uninitialized>")

# libstdc++ 12 sorts stably by means of what it calls deprecated, and clang tells whoever sorts.
add_compile_options("$<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>")

# Paths relative to the checkout let two checkouts share what the cache holds. The sloppiness is
# what ccache asks for where headers are precompiled (its manual, "Precompiled headers").
find_program(SHEAF_CCACHE ccache)
if(SHEAF_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${SHEAF_CCACHE})
endif()
