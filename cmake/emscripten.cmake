# CMake toolchain file: finds emcc on PATH and hands over to Emscripten's own toolchain file.
find_program(EMCC_PROGRAM emcc REQUIRED NO_CMAKE_FIND_ROOT_PATH)
file(REAL_PATH "${EMCC_PROGRAM}" emcc_path)
cmake_path(GET emcc_path PARENT_PATH emscripten_root)
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
