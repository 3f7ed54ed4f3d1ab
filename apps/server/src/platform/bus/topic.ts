import type { ZodType } from 'zod';

/** A kind of message between replicas, declared by the module that owns its meaning; the bus knows only the name. */
export interface TopicDefinition<Payload> {
  readonly name: string;
  /** The schema of the payload. A message that does not match it, such as one from another version, is ignored. */
  readonly schema: ZodType<Payload>;
}

/** A receiver of a topic's messages. Both callbacks are required: a subscriber must handle messages and gaps. */
export interface Subscriber<Payload> {
  readonly onMessage: (payload: Payload) => void;
  /** Called when messages may have been missed. */
  readonly onGap: () => void;
}

export interface Topic<Payload> {
  /** Delivers to this replica's subscribers before it returns, and to other replicas shortly after. */
  readonly publish: (payload: Payload) => void;
  /** Delivers only to this replica's subscribers: other replicas detect the change themselves. */
  readonly publishHere: (payload: Payload) => void;
  readonly subscribe: (subscriber: Subscriber<Payload>) => () => void;
}
