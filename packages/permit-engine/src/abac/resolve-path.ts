import { isObject, isSet, type Attributes, type Value } from '../attributes.ts';

/** `subject` and `environment` are the names that Permit's first version used. */
const ROOTS = new Map<string, keyof Attributes>([
  ['user', 'user'],
  ['subject', 'user'],
  ['resource', 'resource'],
  ['tenant', 'tenant'],
  ['context', 'context'],
  ['environment', 'context'],
]);

/**
 * Reads a path such as `user.address.city`. `undefined` when no request can have a value there: an unknown root,
 * or only a root.
 */
export function resolvePath(path: string): ((attributes: Attributes) => Value | undefined) | undefined {
  const [first = '', ...rest] = path.split('.');
  const root = ROOTS.get(first);
  if (root === undefined || rest.length === 0) return undefined;
  return (attributes) => {
    let value: Value | undefined = Object.hasOwn(attributes[root], rest[0] ?? '')
      ? attributes[root][rest[0] ?? '']
      : undefined;
    for (const key of rest.slice(1)) {
      if (value === undefined || isSet(value) || !isObject(value) || !Object.hasOwn(value, key))
        return undefined;
      value = value[key];
    }
    return value;
  };
}
