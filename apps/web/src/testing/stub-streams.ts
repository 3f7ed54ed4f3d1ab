type Event = 'changed' | 'end' | Error;

export interface StubStreams {
  /** The events of a new stream: a value for each `changed`, until `end`. */
  readonly open: () => AsyncGenerator<void, void, void>;
  /** Sends an event to every open stream; an error ends them with it. */
  readonly send: (event: Event) => void;
}

/** The server's side of the streams in a test. */
export function createStubStreams(): StubStreams {
  const streams = new Set<(event: Event) => void>();
  return {
    send(event) {
      for (const push of streams) push(event);
    },
    async *open() {
      const events: Event[] = [];
      let wake: (() => void) | undefined;
      const push = (event: Event): void => {
        events.push(event);
        wake?.();
      };
      streams.add(push);
      try {
        for (;;) {
          const event = events.shift();
          if (event === undefined) {
            // oxlint-disable-next-line no-await-in-loop -- waits for the next event
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          } else if (event === 'changed') {
            yield;
          } else if (event === 'end') {
            return;
          } else {
            throw event;
          }
        }
      } finally {
        streams.delete(push);
      }
    },
  };
}
