// keras_stack_probe(levels) overflows the engine's stack, without side effects, unless `levels`
// times 16 KiB are free. web/boundary/core.ts probes before each call, because an overflow inside
// the core would leave it inconsistent.
//
// Engines check a function's whole frame on entry. The large frame is for values that are computed
// only for negative levels, which are never passed, so that a probe takes some nanoseconds. A frame
// of 64 KiB would take V8 eight times as long to compile, which every page waits for.
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
  .rept 2000
  local.get 0
  call keras_stack_probe
  i64.extend_i32_u
  .endr
  .rept 1999
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
