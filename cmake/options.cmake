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
  # Everybody downloads and compiles this: only what computes is compiled for speed (keras_vary_kernels). -Oz makes
  # the file 15 % smaller (gzip) than -Os; predictions and clones take as long.
  set(CMAKE_CXX_FLAGS_RELEASE "-Oz -DNDEBUG")
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

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

# Kernels split their work (src/kernels/parallel.h). Natively always, for the tests.
option(KERAS_THREADS "Threads in the WASM kernels, over shared memory" OFF)
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  add_compile_definitions(KERAS_THREADS)
endif()

option(KERAS_RELAXED_SIMD "Use relaxed SIMD (fused multiply-add) in the WASM kernels" OFF)
if(EMSCRIPTEN)
  # Eigen reaches WASM SIMD through its SSE code, and assumes 8 registers on a 32-bit target.
  add_compile_options(-msimd128 -msse4.2 -DEIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS=16 -fwasm-exceptions)
  add_link_options(-fwasm-exceptions)
  if(KERAS_RELAXED_SIMD)
    add_link_options(-mrelaxed-simd)
  endif()
  if(KERAS_THREADS)
    add_compile_options(-matomics -mbulk-memory)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # The packets of WASM: four floats. Native tests then run the code paths that ship.
  add_compile_options(-msse4.2)
endif()

# Kernels whose loops are short and wait for memory: repeating their bodies made them twice as large, not faster.
set(keras_rolled_kernels
    binary broadcast convert gather lerp norm pool qr reduce_integer resize scan select sort unary)

# keras_vary_kernels(sources...): the kernels among them are compiled for speed, and make the variants. Everything else
# is the same in all of them, and ccache compiles it once; js-tests/project/architecture.test.mjs keeps the headers that differ
# inside them. (Everything of the variants with threads is compiled for shared memory, where exceptions are found through
# thread-local variables, as in Emscripten's libraries. Still only kernels run on more than one thread.)
function(keras_vary_kernels)
  set(kernels ${ARGN})
  list(FILTER kernels INCLUDE REGEX "/(src|native-tests)/kernels/")
  if(EMSCRIPTEN)
    set(flags -O3)
    if(KERAS_RELAXED_SIMD)
      list(APPEND flags -mrelaxed-simd -DKERAS_RELAXED_SIMD)
    endif()
    if(KERAS_THREADS)
      list(APPEND flags -DKERAS_THREADS)
    endif()
    set_source_files_properties(${kernels} PROPERTIES COMPILE_OPTIONS "${flags}")
    set(rolled ${kernels})
    list(JOIN keras_rolled_kernels "|" names)
    list(FILTER rolled INCLUDE REGEX "/src/kernels/(${names})\\.cpp$")
    set_source_files_properties(${rolled} PROPERTIES COMPILE_OPTIONS "${flags};-fno-unroll-loops")
  endif()
endfunction()

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
