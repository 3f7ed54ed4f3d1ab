export interface Recorder {
  /** `[name, ...arguments]` of each call, in order. */
  readonly told: unknown[];
  /** Returns a function that records its calls under a name. */
  readonly tell: (name: string) => (...given: unknown[]) => Promise<void>;
  /** The calls under a name. */
  readonly toldOf: (name: string) => unknown[];
  readonly clear: () => void;
}

/** Records the callbacks of the tested component. */
export function createRecorder(): Recorder {
  const told: unknown[] = [];
  return {
    told,
    tell:
      (name) =>
      async (...given) =>
        void told.push([name, ...given]),
    toldOf: (name) => told.filter((one) => Array.isArray(one) && one[0] === name),
    clear: () => void told.splice(0),
  };
}
