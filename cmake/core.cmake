# The core: everything under src/ except the bindings. It knows no JavaScript and builds for any target. Its kernels are
# libraries of their own, because only they differ between the WASM variants.
file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.cpp")
set(kernel_sources ${core_sources})
list(FILTER core_sources EXCLUDE REGEX "/src/(bindings|kernels)/")
list(FILTER kernel_sources INCLUDE REGEX "/src/kernels/")
include(cmake/layers.cmake)

set(KERAS_CHOSEN "" CACHE PATH "Tables with chosen layers and operations that replace those of src/ (tools/lib/chosen.mjs)")

# Third-party code, compiled without our warnings.
set_source_files_properties("${simdjson_source}" PROPERTIES COMPILE_OPTIONS -w SKIP_PRECOMPILE_HEADERS ON
                            # src/json/parse.cpp parses numbers: without these, 10 kB of tables are left out.
                            COMPILE_DEFINITIONS SIMDJSON_SKIPNUMBERPARSING)

# keras_add_core(name): the core without its kernels. As an object library, so that the linker's map has paths.
function(keras_add_core name)
  add_library(${name} OBJECT ${core_sources} "${simdjson_source}")
  target_include_directories(${name} PUBLIC ${KERAS_CHOSEN} "${PROJECT_SOURCE_DIR}/src")
  target_include_directories(${name} SYSTEM PRIVATE "${simdjson_include}")
  target_link_libraries(${name} PUBLIC keras_options)
  keras_precompile(${name} core.h)
endfunction()

# Kernels with short, memory-bound loops: unrolling doubled their size without making them faster.
set(rolled_kernels binary broadcast convert gather lerp norm pool qr reduce_integer resize scan select sort unary)
list(TRANSFORM rolled_kernels REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/kernels/\\1.cpp")
if(EMSCRIPTEN)
  set_source_files_properties(${rolled_kernels} PROPERTIES COMPILE_OPTIONS -fno-unroll-loops)
endif()

# keras_add_kernels(name flags...): the kernels as an object library, compiled with additional flags.
function(keras_add_kernels name)
  add_library(${name} OBJECT ${kernel_sources})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${name} PRIVATE keras_options Eigen3::Eigen)
  target_compile_options(${name} PRIVATE ${ARGN})
endfunction()
