// Destructors of handles go through `Module.destroy` (web/engine.ts): an engine that has stopped runs none, and a
// failure never leaves a finalizer, where it would end the process.
/* global addToLibrary, Module */
addToLibrary({
  $runDestructor: ($$) =>
    Module['destroy'](() => {
      if ($$.smartPtr) $$.smartPtrType.rawDestructor($$.smartPtr);
      else $$.ptrType.registeredClass.rawDestructor($$.ptr);
    }),
});
