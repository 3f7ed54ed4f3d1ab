import type { IncomingMessage } from 'node:http';
import { AppError, type ErrorCode } from '../app-error.ts';
import type { Budget } from './budget.ts';

export interface ReadBodyOptions {
  /** The largest body, bytes. */
  readonly limit: number;
  /** The code of the error for a larger one. */
  readonly tooLarge: ErrorCode;
  /** Milliseconds within which all of it has to arrive. */
  readonly deadline: number;
  readonly budget: Budget;
}

/** The length that the request declares; `undefined` when it is chunked or has no body. */
export function declaredLength({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** @throws {AppError} `UNSUPPORTED_ENCODING`: a compressed body may be a thousand times larger than it looks. */
export function requirePlainBody({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new AppError('UNSUPPORTED_ENCODING', 'Send the body without a content encoding.');
}

/**
 * Reads a whole body. Refuses it as soon as it is known to be too large or too slow, without reading the rest. Bytes count
 * against the budget while they are read, from the moment they arrive.
 * @throws {AppError} `UNSUPPORTED_ENCODING`, `REQUEST_TIMEOUT`, `REQUEST_ABORTED`, `SERVER_BUSY`, and `tooLarge`
 */
export function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<Buffer> {
  const { limit, tooLarge, deadline, budget } = options;
  const refusal = (): AppError => new AppError(tooLarge, `The body is larger than ${limit} bytes.`);
  requirePlainBody(request);
  if ((declaredLength(request) ?? 0) > limit) throw refusal();
  const owner = request.socket.remoteAddress ?? '';
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let taken = 0;
    const timer = setTimeout(
      () => refuse(new AppError('REQUEST_TIMEOUT', 'The body did not arrive in time.')),
      deadline,
    );
    const stop = (): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      budget.giveBack(owner, taken);
    };
    const refuse = (error: AppError): void => {
      stop();
      request.pause();
      reject(error);
    };
    const onGone = (): void =>
      refuse(new AppError('REQUEST_ABORTED', 'The connection ended before the body did.'));
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks, received));
    };
    const onData = (bytes: Buffer): void => {
      received += bytes.length;
      if (received > limit) refuse(refusal());
      else if (!budget.take(owner, bytes.length)) {
        refuse(new AppError('SERVER_BUSY', 'Too many bodies are being read. Try again.'));
      } else {
        taken += bytes.length;
        chunks.push(bytes);
      }
    };
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
