# keras_wasm: the core and its bindings as keras.mjs + keras.wasm. keras_wasm_tests: kernel tests run by Node.
file(GLOB_RECURSE binding_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/*.cpp")
if(NOT KERAS_THREADS)
  list(FILTER binding_sources EXCLUDE REGEX "/worker_bindings\\.cpp$")
endif()
option(KERAS_QUICK_LINK "Link without wasm-opt: in seconds, for trying things out" OFF)
if(binding_sources)
  add_executable(keras_wasm ${binding_sources})
  keras_group(keras_wasm "${PROJECT_SOURCE_DIR}/src" ${binding_sources})
  target_link_libraries(keras_wasm PRIVATE keras_core)
  set_target_properties(keras_wasm PROPERTIES OUTPUT_NAME keras SUFFIX .mjs)
  target_link_options(keras_wasm PRIVATE
    $<IF:$<BOOL:${KERAS_QUICK_LINK}>,-O1,-Oz>  # how the linker and wasm-opt work; kernels keep the code that -O3 made
    -lembind --no-entry
    -sMODULARIZE -sEXPORT_ES6 -sSTRICT -sFILESYSTEM=0
    -sENVIRONMENT=web,worker  # runs in Node as well: only reading files, which web/platform/ does, would be different
    -sINCOMING_MODULE_JS_API=locateFile,wasmBinary,instantiateWasm
    -sDYNAMIC_EXECUTION=0 -sEMBIND_AOT  # no eval: strict content security policies and edge runtimes
    -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sSTACK_SIZE=4MB
    --js-library "${PROJECT_SOURCE_DIR}/src/bindings/codec/strings.js"
    "SHELL:--js-library \"${PROJECT_SOURCE_DIR}/src/bindings/finalizers.js\""
    -Wl,-Map=keras.map  # what fills it: tools/lib/sizes.mjs
    --emit-tsd keras.d.mts)
  set_target_properties(keras_wasm PROPERTIES LINK_DEPENDS
    "${PROJECT_SOURCE_DIR}/src/bindings/codec/strings.js;${PROJECT_SOURCE_DIR}/src/bindings/finalizers.js")
  if(KERAS_THREADS)
    # Emscripten only shares the memory; web/runtime/worker.ts starts the workers. It knows exports by their names, which
    # exports.js keeps.
    target_link_options(keras_wasm PRIVATE -sSHARED_MEMORY -sIMPORTED_MEMORY -lexports.js)
  endif()
endif()

keras_find_googletest()
set(KERAS_WASM_TEST_ROOMS kernels CACHE STRING "Folders of native-tests whose tests also run as WASM")
list(TRANSFORM KERAS_WASM_TEST_ROOMS PREPEND "${PROJECT_SOURCE_DIR}/native-tests/" OUTPUT_VARIABLE test_globs)
list(TRANSFORM test_globs APPEND "/*_test.cpp")
file(GLOB_RECURSE wasm_test_sources CONFIGURE_DEPENDS ${test_globs} "${PROJECT_SOURCE_DIR}/native-tests/testing/*.cpp")
# The suite over whole models is instantiated by the tests of layers, which run natively.
list(FILTER wasm_test_sources EXCLUDE REGEX "/testing/golden")
# Those of threads need threads of the host.
list(FILTER wasm_test_sources EXCLUDE REGEX "/kernels/parallel_test")
if(wasm_test_sources)
  add_executable(keras_wasm_tests EXCLUDE_FROM_ALL ${wasm_test_sources})
  set_target_properties(keras_wasm_tests PROPERTIES SUFFIX .cjs)
  keras_vary_kernels(${wasm_test_sources})
  target_include_directories(keras_wasm_tests PRIVATE native-tests)
  target_compile_definitions(keras_wasm_tests PRIVATE KERAS_FIXTURES="${PROJECT_SOURCE_DIR}/native-tests/fixtures")
  target_link_libraries(keras_wasm_tests PRIVATE keras_core Eigen3::Eigen GTest::gmock_main)
  target_link_options(keras_wasm_tests PRIVATE -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME -sALLOW_MEMORY_GROWTH
                      -sSTACK_SIZE=4MB)
endif()
