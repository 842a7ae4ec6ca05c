// keras_stack_probe(levels): overflows the engine's own stack, and changes nothing, unless `levels`
// times 64 KiB are free. web/boundary/core.ts asks before each call: an overflow further in would
// leave the core in an inconsistent state.
//
// Engines check a function's whole frame on entry. This one has a large frame for values that it
// computes for negative levels only, which are never passed: asking takes some nanoseconds.
#include <emscripten/emscripten.h>

__asm__(R"(
  .section .text.keras_stack_probe,"",@
  .globl keras_stack_probe
  .export_name keras_stack_probe, keras_stack_probe
keras_stack_probe:
  .functype keras_stack_probe (i32) -> (i32)
  local.get 0
  i32.const 0
  i32.lt_s
  if
  .rept 8000
  local.get 0
  call keras_stack_probe
  i64.extend_i32_u
  .endr
  .rept 7999
  i64.or
  .endr
  i32.wrap_i64
  local.set 0
  end_if
  local.get 0
  if i32
  local.get 0
  i32.const 1
  i32.sub
  call keras_stack_probe
  i32.const 1
  i32.add
  else
  i32.const 0
  end_if
  end_function
)");
