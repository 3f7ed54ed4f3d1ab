export interface Recorder {
  /** `[name, ...arguments]` of each call, in order. */
  readonly calls: unknown[];
  /** The calls under a name. */
  readonly callsOf: (name: string) => unknown[];
  readonly clear: () => void;
}

/** Records the callbacks of the tested component. */
export function createRecorder(): Recorder {
  const calls: unknown[] = [];
  return {
    calls,
    callsOf: (name) => calls.filter((one) => Array.isArray(one) && one[0] === name),
    clear: () => void calls.splice(0),
  };
}
