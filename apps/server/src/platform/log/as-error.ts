/** Converts a thrown value to an error, also the plain objects with the fields of an error that pg-boss emits. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { message, stack } = Object(thrown);
  if (typeof message !== 'string') return new Error(String(thrown));
  const [name] = /^\w+/.exec(String(stack)) ?? [];
  return Object.assign(new Error(message), name === undefined ? {} : { name }, thrown);
}
