# Third-party code: Eigen 5 (headers), simdjson's two amalgamated files, GoogleTest's sources.
# The toolchain that tools/ sets up brings all three; anywhere else CMake fetches the upstream releases.
include(FetchContent)

# Where tools/toolchain keeps what it made, and the root inside it that debootstrap filled (absent with emsdk).
if(DEFINED ENV{XDG_CACHE_HOME})
  set(keras_cache "$ENV{XDG_CACHE_HOME}/keras-wasm")
else()
  set(keras_cache "$ENV{HOME}/.cache/keras-wasm")
endif()
set(KERAS_CACHE "${keras_cache}" CACHE PATH "The cache folder of tools/toolchain")
file(GLOB toolchain_roots "${KERAS_CACHE}/toolchain-*/root")
list(PREPEND toolchain_roots "")  # the running system itself
list(TRANSFORM toolchain_roots APPEND "/usr/share/eigen3/cmake" OUTPUT_VARIABLE eigen_hints)

# No system path: Eigen 3.4 of an older system does not compile for WASM.
find_package(Eigen3 5 QUIET CONFIG PATHS ${eigen_hints} NO_CMAKE_FIND_ROOT_PATH)
if(NOT Eigen3_FOUND)
  FetchContent_Declare(eigen SYSTEM SOURCE_SUBDIR only-the-headers
    URL https://gitlab.com/libeigen/eigen/-/archive/5.0.1/eigen-5.0.1.tar.gz)
  FetchContent_MakeAvailable(eigen)
  add_library(Eigen3::Eigen INTERFACE IMPORTED)
  target_include_directories(Eigen3::Eigen SYSTEM INTERFACE "${eigen_SOURCE_DIR}")
endif()

set(simdjson_dir "${KERAS_CACHE}/simdjson-3.12.3")
if(NOT EXISTS "${simdjson_dir}/simdjson.cpp")
  FetchContent_Declare(simdjson_release
    URL https://github.com/simdjson/simdjson/releases/download/v3.12.3/singleheader.zip)
  FetchContent_MakeAvailable(simdjson_release)
  set(simdjson_dir "${simdjson_release_SOURCE_DIR}")
endif()
set(simdjson_source "${simdjson_dir}/simdjson.cpp")
set(simdjson_include "${simdjson_dir}")

# keras_find_googletest(): defines GTest::gmock_main, built by our own compiler with our own flags.
macro(keras_find_googletest)
  set(INSTALL_GTEST OFF)
  if(EMSCRIPTEN)
    set(gtest_disable_pthreads ON)
  endif()
  if(EXISTS /usr/src/googletest/CMakeLists.txt)
    add_subdirectory(/usr/src/googletest "${PROJECT_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL SYSTEM)
  else()
    FetchContent_Declare(googletest SYSTEM
      URL https://github.com/google/googletest/archive/refs/tags/v1.17.0.tar.gz)
    FetchContent_MakeAvailable(googletest)
  endif()
  if(NOT TARGET GTest::gmock_main)
    add_library(GTest::gmock_main ALIAS gmock_main)
  endif()
endmacro()
