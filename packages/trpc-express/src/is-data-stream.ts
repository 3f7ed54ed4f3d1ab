const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAsyncIterable = (value: unknown): boolean => isObject(value) && Symbol.asyncIterator in value;

const isPromise = (value: unknown): boolean =>
  (isObject(value) || typeof value === 'function') &&
  'then' in value &&
  typeof value.then === 'function' &&
  'catch' in value &&
  typeof value.catch === 'function';

/** Whether tRPC would have to stream this output: an async iterable, or an object with promises or async iterables. */
export function isDataStream(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isAsyncIterable(value) || Object.values(value).some((part) => isPromise(part) || isAsyncIterable(part))
  );
}
