import { DatabaseError } from 'pg';

/** The loggable data of an error: names, codes and positions. Never a message, because messages contain values. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string | number;
  readonly status?: number;
  /** For PostgreSQL errors: the names of the affected objects. */
  readonly database?: Readonly<Record<string, string>>;
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
}

const deepestCause = 5;
const maxFrames = 12;
/** An error code of Latchkey, Node or PostgreSQL. Text with other characters is not a code. */
const code = /^[\w.-]{1,64}$/;
/** The fields of PostgreSQL errors that contain names. `detail`, `hint` and `where` quote values. */
const namingFields = [
  'severity',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'routine',
  'position',
] as const;

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  // The status that a vendor returned is more informative than the 503 that the caller gets.
  const status = ['pdpStatus', 'permitStatus', 'status']
    .map((name) => fieldOf(error, name))
    .find(Number.isInteger);
  const cause: unknown = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return {
    type: code.test(error.name) ? error.name : 'Error',
    ...codeOf(error),
    ...(typeof status === 'number' ? { status } : {}),
    ...databaseOf(error),
    ...stackOf(error),
    ...(cause === undefined || depth >= deepestCause ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

function fieldOf(error: Error, name: string): unknown {
  return Object.getOwnPropertyDescriptor(error, name)?.value;
}

function codeOf(error: Error): { readonly code?: string | number } {
  const value = fieldOf(error, 'code');
  if (typeof value === 'number') return { code: value };
  return typeof value === 'string' && code.test(value) ? { code: value } : {};
}

function databaseOf(error: Error): { readonly database?: Readonly<Record<string, string>> } {
  if (!(error instanceof DatabaseError)) return {};
  const names = namingFields.flatMap((name) => {
    const value = error[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { database: Object.fromEntries(names) };
}

function stackOf({ stack = '', name, message }: Error): { readonly stack?: readonly string[] } {
  const head = `${name}: ${message}`;
  // A stack that does not start with the message is omitted, because the end of the message is unknown.
  const frames = stack.startsWith(head) ? stack.slice(head.length) : message === '' ? stack : '';
  const lines = frames
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, maxFrames);
  return lines.length === 0 ? {} : { stack: lines };
}

/** Converts a thrown value to an error, including the plain objects with an error's fields that pg-boss emits. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { message, stack } = Object(thrown);
  if (typeof message !== 'string') return new Error(String(thrown));
  const [name] = /^\w+/.exec(String(stack)) ?? [];
  return Object.assign(new Error(message), name === undefined ? {} : { name }, thrown);
}
