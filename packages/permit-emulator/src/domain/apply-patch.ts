type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Returns the record with the fields of a PATCH: absent fields stay as they are, `null` clears. */
export function applyPatch<T extends object>(record: T, patch: Patch<T>): T {
  const result = { ...record };
  for (const [name, value] of Object.entries(patch))
    if (value !== undefined) Reflect.set(result, name, value);
  return result;
}
