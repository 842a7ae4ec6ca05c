# How our own code is compiled, on every target: `keras_options` is linked by each of our targets.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()
# Native builds exist to be tested: assertions stay on, and line tables are enough for a stack trace.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
if(EMSCRIPTEN)
  # Every user downloads this: only kernels are compiled for speed (cmake/wasm.cmake). -Oz makes the file 15 % smaller
  # (gzip) than -Os; predictions and clones take as long.
  set(CMAKE_CXX_FLAGS_RELEASE "-Oz -DNDEBUG")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# keras_precompile(target header): precompiles cmake/precompiled/<header>. ccache shares the results only between checkouts
# at the same path (the toolchain of our own sees all of them at one): a precompiled header has absolute paths in it.
function(keras_precompile target header)
  target_precompile_headers(${target} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/precompiled/${header}")
  if(CCACHE_PROGRAM)
    # Comments count: a precompiled header knows its files by their contents, and `#pragma once` fails with other contents.
    set(settings CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR= CCACHE_COMMENTS=1)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      list(APPEND settings CCACHE_COMPILERTYPE=clang)
      target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    else()
      # Caches from before comments counted still list headers with new comments beside results made with the old ones.
      list(APPEND settings CCACHE_NAMESPACE=comments-count)
      target_compile_options(${target} PRIVATE -fpch-preprocess)
    endif()
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
                          "${CMAKE_COMMAND};-E;env;${settings};${CCACHE_PROGRAM}")
  endif()
endfunction()

# Numbers must not depend on what a compiler chooses to fuse or reorder; a kernel that wants a fused multiply-add
# asks for one. These hold for third-party code too, whose templates are compiled into ours.
add_compile_options(-fno-fast-math -ffp-contract=off)

set(KERAS_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
option(KERAS_FUZZ "Build keras_fuzz, the core under libFuzzer" OFF)
if(KERAS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(KERAS_SANITIZE)
  add_compile_options(-fsanitize=${KERAS_SANITIZE} -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${KERAS_SANITIZE})
endif()

# Kernels split their work (src/kernels/parallel.h): natively always, for the tests; in WASM in the variants with threads.
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  add_compile_definitions(KERAS_THREADS)
endif()

if(EMSCRIPTEN)
  # Eigen reaches WASM SIMD through its SSE code, and assumes 8 registers on a 32-bit target.
  add_compile_options(-msimd128 -msse4.2 -DEIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS=16 -fwasm-exceptions)
  add_link_options(-fwasm-exceptions)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # The packets of WASM: four floats. Native tests then run the code paths that ship.
  add_compile_options(-msse4.2)
endif()

add_library(keras_options INTERFACE)
if(NOT EMSCRIPTEN)
  target_link_libraries(keras_options INTERFACE Threads::Threads)
endif()
target_compile_options(keras_options INTERFACE -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # These depend on the optimizer and fire inside the standard library and simdjson; the sanitizers find the real cases.
  target_compile_options(keras_options INTERFACE -Wno-array-bounds -Wno-dangling-pointer -Wno-dangling-reference
                         -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
