# keras_tests: every native-tests/**/*_test.cpp in one executable, with the helpers of native-tests/testing.
keras_add_core(keras_core)
keras_add_kernels(keras_kernels)

keras_find_googletest()
enable_testing()

file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/native-tests/*_test.cpp"
     "${PROJECT_SOURCE_DIR}/native-tests/testing/*.cpp")
add_executable(keras_tests ${test_sources})
target_include_directories(keras_tests PRIVATE native-tests)
target_compile_definitions(keras_tests PRIVATE KERAS_FIXTURES="${PROJECT_SOURCE_DIR}/native-tests/fixtures")
# Tests of single kernels include their headers, which include Eigen.
target_link_libraries(keras_tests PRIVATE keras_kernels keras_core Eigen3::Eigen GTest::gmock_main)
keras_precompile(keras_tests tests.h)
add_test(NAME keras_tests COMMAND keras_tests)

# keras_fuzz: libFuzzer on configs, under the sanitizers; needs clang and its runtime (npm run fuzz -- --native).
if(KERAS_FUZZ)
  add_executable(keras_fuzz native-tests/fuzz/config_fuzz.cpp)
  target_link_libraries(keras_fuzz PRIVATE keras_kernels keras_core)
  target_link_options(keras_fuzz PRIVATE -fsanitize=fuzzer)
endif()
