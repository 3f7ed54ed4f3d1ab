import type { Policy } from './define-policy.ts';
import type { AttributesOf, ResourceOf } from './policy-types.ts';

/**
 * Attributes that the server vouches for. Permit lets attributes of a query beat those it has stored, so whatever a
 * browser could put here would let it grant itself permissions: that is why a check takes this class and not a plain
 * object, which parsed input would be.
 */
export class ServerAttributes<Resource extends string> {
  readonly resource: Resource;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(resource: Resource, values: Readonly<Record<string, unknown>>) {
    this.resource = resource;
    this.#values = { ...values };
  }

  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }
}

/** What the server itself knows of an instance, held to the attributes that the policy declares. */
export function serverAttributes<P extends Policy, const R extends ResourceOf<P>>(
  _policy: P,
  resource: R,
  values: AttributesOf<P, R>,
): ServerAttributes<R> {
  return new ServerAttributes(resource, values);
}

/** What the server itself knows of the request, for conditions on `context.*`: nothing that the caller can choose. */
export function serverContext(values: Readonly<Record<string, unknown>>): ServerAttributes<'context'> {
  return new ServerAttributes('context', values);
}
