# CMake toolchain file: finds emcc on PATH and hands over to Emscripten's own toolchain file.
find_program(EMCC_PROGRAM emcc REQUIRED NO_CMAKE_FIND_ROOT_PATH)
file(REAL_PATH "${EMCC_PROGRAM}" emcc_path)
cmake_path(GET emcc_path PARENT_PATH emscripten_root)
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")

# CMake's probes compile without linking: an unoptimized link would first build a debug set of system libraries.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
