import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.ts';

/**
 * Describes errors by names and codes. A line without its own message gets a neutral one, because pino would use the
 * error's message.
 */
export function createLogger(level: string, destination: DestinationStream = openOutput()): Logger {
  return pino(
    {
      level,
      serializers: { err: describeError },
      hooks: {
        logMethod(args, method) {
          const [first, text, ...rest] = args;
          if (first instanceof Error) {
            method.apply(this, [{ err: first }, typeof text === 'string' ? text : 'an error', ...rest]);
          } else if (typeof first === 'object' && first !== null && 'err' in first && text === undefined) {
            method.apply(this, [first, 'an error']);
          } else method.apply(this, args);
        },
      },
    },
    destination,
  );
}

/** Maximum number of bytes that wait for a reader of stdout that does not read. */
const maxWaiting = 1_000_000;

/** The standard output. Drops lines that cannot be written: a full disk must not end the server, or keep it from ending. */
function openOutput(): DestinationStream {
  // Not `pino.destination`, which at the exit of the process retries a failed write forever.
  const { stdout } = process;
  stdout.on('error', () => {});
  return {
    write(line) {
      if (stdout.writableLength < maxWaiting) stdout.write(line);
    },
  };
}

/** Limits a warning that may repeat often: calls `run` at most once a minute, and drops the calls in between. */
export function oncePerMinute<Args extends unknown[]>(run: (...args: Args) => void): (...args: Args) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - last < 60_000) return;
    last = performance.now();
    run(...args);
  };
}
