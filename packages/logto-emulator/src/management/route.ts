import type { Logto } from '../logto.ts';
import type { HookEvent } from '../webhooks/events.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request to the Management API, authenticated. */
export interface Call {
  readonly logto: Logto;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON, an empty object when there is none. */
  readonly body: unknown;
  /** The subject of the token: the machine-to-machine application. */
  readonly caller: string;
}

/** `[event, what goes into its payload beside the request]`. */
export type Raised = readonly [HookEvent, Readonly<Record<string, unknown>>];

export interface Answer {
  /** 200 with a body, 204 without one, unless said otherwise. */
  readonly status?: number;
  readonly body?: unknown;
  /** How many there are, when `body` is one page of them. */
  readonly total?: number;
  /** Beside the event that the route raises by itself (`raises`), and before it. */
  readonly events?: readonly Raised[];
}

export interface Route {
  readonly method: Method;
  /** In Logto's notation, which webhooks repeat as `matchedRoute`. */
  readonly path: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
  /** Raised when the answer is good, with its body as `data`. */
  readonly raises?: HookEvent;
}
