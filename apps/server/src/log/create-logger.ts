import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.ts';

/**
 * The server's logger. Whatever is logged as an error is described by names and codes; without a text of its own, the line
 * gets a neutral one, because pino would take the error's message.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
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
    ...(destination === undefined ? [] : [destination]),
  );
}
