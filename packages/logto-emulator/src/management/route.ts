import type { Logto } from '../logto.ts';
import type { HookEvent } from '../webhooks/events.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call {
  readonly logto: Logto;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** An empty object when there is no body. */
  readonly body: unknown;
  /** The id of the machine-to-machine application. */
  readonly caller: string;
}

/** `[event, payload fields beside those of the request]` */
export type Raised = readonly [HookEvent, Readonly<Record<string, unknown>>];

export interface Answer {
  /** Default: 200 with a body, 204 without one. */
  readonly status?: number;
  readonly body?: unknown;
  /** Set when `body` is one page of the records. */
  readonly total?: number;
  /** Sent before the route's own event (`raises`). */
  readonly events?: readonly Raised[];
}

export interface Route {
  readonly method: Method;
  /** In Logto's notation. Webhooks repeat it as `matchedRoute`. */
  readonly path: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
  /** Whether invalid page parameters are refused, before any other check. */
  readonly pages?: boolean;
  /** Raised by a success, with the response's body as `data`. */
  readonly raises?: HookEvent;
}

type Handle = Route['handle'];
type Options = Pick<Route, 'pages' | 'raises'>;

export function route(at: `${Method} ${string}`, ...rest: [Handle] | [Options, Handle]): Route {
  const space = at.indexOf(' ');
  const method = at.slice(0, space) as Method; // oxlint-disable-line typescript/no-unsafe-type-assertion -- by the type of `at`
  const [options, handle] = rest.length === 1 ? [{}, rest[0]] : rest;
  return { method, path: at.slice(space + 1), handle, ...options };
}
