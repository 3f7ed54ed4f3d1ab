import type { ZodType } from 'zod';

/** A kind of message that replicas send one another. Declared by whoever owns its meaning; the bus knows only the name. */
export interface TopicDefinition<Payload> {
  readonly name: string;
  /** What a replica of another version sent that does not fit is ignored. */
  readonly schema: ZodType<Payload>;
}

/** Both are required: a subscriber says what it does with a message, and what it assumes after a gap. */
export interface Subscriber<Payload> {
  readonly onMessage: (payload: Payload) => void;
  /** Messages may have been missed. */
  readonly onGap: () => void;
}

export interface Topic<Payload> {
  /** Delivered to this replica's subscribers before it returns, and to every other replica a moment later. */
  readonly publish: (payload: Payload) => void;
  /** Delivered to this replica's subscribers only: the others find out by themselves. */
  readonly publishHere: (payload: Payload) => void;
  /** Returns a function that ends the subscription. */
  readonly subscribe: (subscriber: Subscriber<Payload>) => () => void;
}
