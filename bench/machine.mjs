// Describes the machine of a run.
import { availableParallelism, cpus, totalmem, type } from 'node:os';

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    system: type(),
  };
}
