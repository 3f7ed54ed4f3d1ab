import type { Logto } from '../logto.ts';
import type { HookEvent } from '../webhooks/events.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An authenticated request to the Management API. */
export interface Call {
  readonly logto: Logto;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; an empty object when there is no body. */
  readonly body: unknown;
  /** The subject of the token: the id of the machine-to-machine application. */
  readonly caller: string;
}

/** `[event, payload fields in addition to those of the request]`. */
export type Raised = readonly [HookEvent, Readonly<Record<string, unknown>>];

export interface Answer {
  /** Default: 200 with a body, 204 without one. */
  readonly status?: number;
  readonly body?: unknown;
  /** The total number of records, when `body` is one page of them. */
  readonly total?: number;
  /** Events that are sent before the route's own (`raises`). */
  readonly events?: readonly Raised[];
}

export interface Route {
  readonly method: Method;
  /** The path in Logto's notation. Webhooks repeat it as `matchedRoute`. */
  readonly path: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
  /** Whether the response is paginated. If so, invalid page parameters are refused before any other check. */
  readonly pages?: boolean;
  /** The event that a successful response raises, with the response's body as `data`. */
  readonly raises?: HookEvent;
}

type Handle = Route['handle'];
type Options = Pick<Route, 'pages' | 'raises'>;

/** Defines a route: `route('PATCH /roles/:id', { raises: 'Role.Data.Updated' }, changeRole)`. */
export function route(at: `${Method} ${string}`, ...rest: [Handle] | [Options, Handle]): Route {
  const space = at.indexOf(' ');
  const method = at.slice(0, space) as Method; // oxlint-disable-line typescript/no-unsafe-type-assertion -- by the type of `at`
  const [options, handle] = rest.length === 1 ? [{}, rest[0]] : rest;
  return { method, path: at.slice(space + 1), handle, ...options };
}
