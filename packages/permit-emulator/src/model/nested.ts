/** Returns the value of the key and creates it when missing. For maps of maps and maps of sets. */
export function inner<K, V>(outer: Map<K, V>, key: K, make: () => V): V {
  let value = outer.get(key);
  if (value === undefined) outer.set(key, (value = make()));
  return value;
}
