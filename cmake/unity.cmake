# Sources are compiled in groups: parsing headers is most of the work of compiling a file here, and a group parses them
# once. A group is a folder of src/ or native-tests/, large ones cut by the first letter of the file's name, so that a
# new file changes no other group.

# Anonymous namespaces of one group are one namespace; these files have names that others of their group have, too.
set(keras_ungrouped
    models/plan_cache.cpp ops/elementwise/unary.cpp ops/math/fft.cpp runtime/plan.cpp  # src
    bindings/worker_bindings.cpp  # only in some variants
    layers/rnn/wrappers_test.cpp models/summary_test.cpp)                              # native-tests

# keras_group(target folder sources...): kernels stay apart, each with its own flags.
function(keras_group target folder)
  # Relocatable (CMake >= 4): paths of the checkout in the groups would keep checkouts from sharing ccache.
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP UNITY_BUILD_RELOCATABLE ON)
  foreach(source IN LISTS ARGN)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${folder}" OUTPUT_VARIABLE path)
    cmake_path(GET path PARENT_PATH room)
    if(path MATCHES "^kernels/" OR path IN_LIST keras_ungrouped)
      set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    else()
      list(APPEND room_${room} "${source}")
      list(APPEND rooms "${room}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES rooms)
  foreach(room IN LISTS rooms)
    list(LENGTH room_${room} count)
    string(MAKE_C_IDENTIFIER "${room}" group)
    foreach(source IN LISTS room_${room})
      set(part "")
      if(count GREATER 14)
        cmake_path(GET source FILENAME name)
        string(SUBSTRING "${name}" 0 1 letter)
        foreach(range "a-c" "d-g" "h-m" "n-r" "s-z")
          if(letter MATCHES "[${range}]")
            set(part "_${range}")
          endif()
        endforeach()
      endif()
      set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}${part}")
    endforeach()
  endforeach()
endfunction()
