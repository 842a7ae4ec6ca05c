# The engine in four variants, build/wasm/<variant>/keras.{mjs,wasm}: with or without relaxed SIMD and threads. Kernels are
# compiled for each; everything else only for one thread and for shared memory, where the compiler finds exceptions through
# thread-local variables. <variant>-quick is the same, linked in seconds without wasm-opt, for trying things out. Then
# keras_<variant>_tests: kernel tests run by Node.

file(GLOB_RECURSE binding_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/*.cpp")
set(threads_bindings ${binding_sources})
list(FILTER binding_sources EXCLUDE REGEX "/worker_bindings\\.cpp$")
file(GLOB js_libraries "${PROJECT_SOURCE_DIR}/src/bindings/*.js" "${PROJECT_SOURCE_DIR}/src/bindings/codec/*.js")

# keras_add_foundation(suffix sources...): the core and these bindings, which variants share.
function(keras_add_foundation suffix)
  keras_add_core(keras_core${suffix})
  add_library(keras_bindings${suffix} OBJECT ${ARGN})
  target_link_libraries(keras_bindings${suffix} PRIVATE keras_core${suffix})
  keras_precompile(keras_bindings${suffix} bindings.h)
endfunction()

set(shared_memory -matomics -mbulk-memory)
keras_add_foundation("" ${binding_sources})
keras_add_foundation(_shared ${threads_bindings})
foreach(target keras_core_shared keras_bindings_shared)
  target_compile_options(${target} PRIVATE ${shared_memory})
endforeach()

# keras_add_engine(variant [RELAXED] [THREADS])
function(keras_add_engine variant)
  cmake_parse_arguments(with "RELAXED;THREADS" "" "" ${ARGN})
  set(kernels keras_${variant}_kernels)
  set(flags -O3)
  set(link_flags "")
  set(suffix "")
  if(with_RELAXED)
    list(APPEND flags -mrelaxed-simd -DKERAS_RELAXED_SIMD)
    list(APPEND link_flags -mrelaxed-simd)
  endif()
  if(with_THREADS)
    # Emscripten only shares the memory; web/runtime/worker.ts starts the workers. It finds exports by the names that
    # exports.js keeps.
    list(APPEND flags ${shared_memory} -DKERAS_THREADS)
    list(APPEND link_flags -sSHARED_MEMORY -sIMPORTED_MEMORY -lexports.js)
    set(suffix _shared)
  endif()
  keras_add_kernels(${kernels} ${flags})
  set(objects keras_bindings${suffix} ${kernels} keras_core${suffix})
  # The level is that of the linker and wasm-opt: kernels keep the code that -O3 made.
  keras_link_engine(${variant} OBJECTS ${objects} FLAGS -Oz ${link_flags})
  keras_link_engine(${variant}-quick OBJECTS ${objects} FLAGS -O1 ${link_flags})
endfunction()

# keras_link_engine(name OBJECTS libraries... FLAGS flags...): the target keras_<name>, which writes to build/wasm/<name>.
function(keras_link_engine name)
  cmake_parse_arguments(engine "" "" "OBJECTS;FLAGS" ${ARGN})
  set(target keras_${name})
  set(folder "${PROJECT_BINARY_DIR}/${name}")
  add_executable(${target} EXCLUDE_FROM_ALL)
  target_link_libraries(${target} PRIVATE ${engine_OBJECTS})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME keras SUFFIX .mjs
                        RUNTIME_OUTPUT_DIRECTORY "${folder}" LINK_DEPENDS "${js_libraries}")
  target_link_options(${target} PRIVATE ${engine_FLAGS}
    -lembind --no-entry
    -sMODULARIZE -sEXPORT_ES6 -sSTRICT -sFILESYSTEM=0
    -sENVIRONMENT=web,worker  # runs in Node, too: only reading files would differ, which web/runtime/platform/ does
    -sINCOMING_MODULE_JS_API=locateFile,wasmBinary,instantiateWasm
    -sDYNAMIC_EXECUTION=0 -sEMBIND_AOT  # no eval: strict content security policies and edge runtimes
    -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=4MB
    "-Wl,-Map=${folder}/keras.map"  # read by tools/lib/sizes.mjs
    --emit-tsd keras.d.mts)
  foreach(library IN LISTS js_libraries)
    target_link_options(${target} PRIVATE "SHELL:--js-library \"${library}\"")
  endforeach()
endfunction()

keras_add_engine(simd)
keras_add_engine(relaxed RELAXED)
keras_add_engine(threads RELAXED THREADS)
keras_add_engine(threads-simd THREADS)

keras_find_googletest()
file(GLOB_RECURSE wasm_test_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/native-tests/kernels/*_test.cpp"
     "${PROJECT_SOURCE_DIR}/native-tests/testing/*.cpp")
# Golden cases are run by native tests of layers; tests of threads need threads of the host.
list(FILTER wasm_test_sources EXCLUDE REGEX "/testing/golden|/kernels/parallel_test")
foreach(variant simd relaxed)
  set(name keras_${variant}_tests)
  add_executable(${name} EXCLUDE_FROM_ALL ${wasm_test_sources})
  get_target_property(flags keras_${variant}_kernels COMPILE_OPTIONS)
  target_compile_options(${name} PRIVATE ${flags})
  set_target_properties(${name} PROPERTIES SUFFIX .cjs)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/native-tests")
  target_compile_definitions(${name} PRIVATE KERAS_FIXTURES="${PROJECT_SOURCE_DIR}/native-tests/fixtures")
  target_link_libraries(${name} PRIVATE keras_${variant}_kernels keras_core Eigen3::Eigen GTest::gmock_main)
  target_link_options(${name} PRIVATE -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME -sALLOW_MEMORY_GROWTH
                      -sSTACK_SIZE=4MB $<$<STREQUAL:${variant},relaxed>:-mrelaxed-simd>)
endforeach()
