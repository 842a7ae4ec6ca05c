// Destructors of handles go through `Module.destroy` (web/boundary/engine.ts): an engine that has stopped runs none, and a
// failure never leaves a finalizer, where it would end the process.
/* global addToLibrary, Module */
addToLibrary({
  // It may run later, when the handle has forgotten its pointers.
  $runDestructor: ($$) => {
    const { smartPtr, smartPtrType, ptr, ptrType } = $$;
    Module['destroy'](() => {
      if (smartPtr) smartPtrType.rawDestructor(smartPtr);
      else ptrType.registeredClass.rawDestructor(ptr);
    });
  },
});
