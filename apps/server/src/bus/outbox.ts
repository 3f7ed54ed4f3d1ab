/** Messages that wait to be sent. Bounded: when too many wait, they become one gap. */
export interface Outbox {
  add(message: string): void;
  /** Takes all messages out. */
  take(): string[];
  /** Puts messages back, before the others. */
  putBack(messages: readonly string[]): void;
  isEmpty(): boolean;
}

const mostMessages = 1_000;

/** `makeGap` makes the message that stands for those which were dropped. */
export function createOutbox(makeGap: () => string): Outbox {
  let waiting: string[] = [];
  const keepBound = (): void => {
    if (waiting.length > mostMessages) waiting = [makeGap()];
  };
  return {
    add(message) {
      waiting.push(message);
      keepBound();
    },
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    putBack(messages) {
      waiting = [...messages, ...waiting];
      keepBound();
    },
    isEmpty: () => waiting.length === 0,
  };
}
