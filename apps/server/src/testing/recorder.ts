export interface Recorder {
  /** `[name, ...arguments]` of each call, in order. */
  readonly calls: unknown[];
  /** Returns a function that records its calls under the given name. */
  readonly record: (name: string) => (...given: unknown[]) => Promise<void>;
  /** The calls under a name. */
  readonly callsOf: (name: string) => unknown[];
  readonly clear: () => void;
}

/** Records the callbacks of the tested component. */
export function createRecorder(): Recorder {
  const calls: unknown[] = [];
  return {
    calls,
    record:
      (name) =>
      async (...given) =>
        void calls.push([name, ...given]),
    callsOf: (name) => calls.filter((one) => Array.isArray(one) && one[0] === name),
    clear: () => void calls.splice(0),
  };
}
