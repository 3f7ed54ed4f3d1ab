/** A bounded queue of messages to send. On overflow, all of them become one gap. */
export interface Outbox {
  add(message: string): void;
  /** Removes and returns all messages. */
  take(): string[];
  /** Returns messages to the front of the queue. */
  putBack(messages: readonly string[]): void;
  isEmpty(): boolean;
}

const mostMessages = 1_000;

/** `makeGap` creates the message that replaces dropped ones. */
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
