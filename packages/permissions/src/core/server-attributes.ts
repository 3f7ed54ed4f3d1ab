import type { AttributesOf, Policy, ResourceOf } from './policy.ts';

/**
 * Attributes from a trusted source on the server. They override those stored in Permit, so a client that could set them
 * could grant itself permissions. A check therefore requires this class: parsed input neither compiles nor is accepted
 * at run time.
 */
export class ServerAttributes<Resource extends string> {
  /** The resource of the attributes; `'context'` for attributes of the request. */
  readonly resource: Resource;
  readonly #values: Readonly<Record<string, unknown>>;

  /** Use `serverAttributes` instead: its type checks the values against the policy. */
  constructor(resource: Resource, values: Readonly<Record<string, unknown>>) {
    this.resource = resource;
    this.#values = { ...values };
  }

  /** Attribute values by name. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }
}

/** @throws {TypeError} for anything but `ServerAttributes`, such as a client's JSON */
export function valuesOf(
  given: ServerAttributes<string> | undefined,
  name: 'attributes' | 'context',
): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined || given instanceof ServerAttributes) return given?.values;
  const source = name === 'context' ? 'serverContext' : 'serverAttributes';
  throw new TypeError(
    `The ${name} of a check must come from \`${source}(…)\`: a client's values are not trusted.`,
  );
}

/**
 * Wraps the attributes that the server knows of an instance. The compiler checks their names and types against the
 * policy.
 *
 * ```ts
 * await permissions.require('reports:view', {
 *   key: report.id,
 *   attributes: serverAttributes(policy, 'reports', { pages: report.pages }),
 * });
 * ```
 */
export function serverAttributes<P extends Policy, const R extends ResourceOf<P>>(
  _policy: P,
  resource: R,
  values: AttributesOf<P, R>,
): ServerAttributes<R> {
  return new ServerAttributes(resource, values);
}

/** Wraps the values of the request for conditions on `context.*`. Never pass values that the client controls. */
export function serverContext(values: Readonly<Record<string, unknown>>): ServerAttributes<'context'> {
  return new ServerAttributes('context', values);
}
