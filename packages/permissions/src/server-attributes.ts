import type { Policy } from './policy.ts';
import type { AttributesOf, ResourceOf } from './policy-types.ts';

/**
 * Attributes that the server vouches for. In Permit, attributes of a query override the stored ones: a client that could
 * set them would grant itself permissions. That is why a check takes this class and not a plain object: parsed input is
 * a plain object and does not compile.
 */
export class ServerAttributes<Resource extends string> {
  /** The key of the resource that the attributes belong to; `'context'` for those of the request. */
  readonly resource: Resource;
  readonly #values: Readonly<Record<string, unknown>>;

  /** Prefer `serverAttributes`, which checks the values against the policy. */
  constructor(resource: Resource, values: Readonly<Record<string, unknown>>) {
    this.resource = resource;
    this.#values = { ...values };
  }

  /** Attribute values by name. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }
}

/** The server's own knowledge of an instance. The compiler checks names and types against the policy. */
export function serverAttributes<P extends Policy, const R extends ResourceOf<P>>(
  _policy: P,
  resource: R,
  values: AttributesOf<P, R>,
): ServerAttributes<R> {
  return new ServerAttributes(resource, values);
}

/** The server's own knowledge of the request, for conditions on `context.*`. Never pass values that the client can choose. */
export function serverContext(values: Readonly<Record<string, unknown>>): ServerAttributes<'context'> {
  return new ServerAttributes('context', values);
}
