import type { IncomingMessage } from 'node:http';
import { AppError, type ErrorCode } from '../app-error.ts';
import type { BodyMemory, PartialBody } from './body-memory.ts';
import { freeBytes } from './free-bytes.ts';

export interface ReadBodyOptions {
  /** Maximum body size in bytes. */
  readonly limit: number;
  /** The error code for a larger one. */
  readonly tooLarge: ErrorCode;
  /** Timeout for the whole body, in milliseconds. */
  readonly deadline: number;
  readonly memory: BodyMemory;
}

/** The declared length; `undefined` when the body is chunked or absent. */
export function declaredLength({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** @throws {AppError} `UNSUPPORTED_ENCODING`: a compressed body may expand a thousandfold. */
export function requirePlainBody({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new AppError('UNSUPPORTED_ENCODING', 'Send the body without a content encoding.');
}

/**
 * Reads a whole body, and resolves with bytes in their own buffer. Refuses it as soon as it is too large or too slow,
 * without reading the rest. Leaves no garbage: received chunks are copied, and their memory is freed immediately.
 * @throws {AppError} `UNSUPPORTED_ENCODING`, `REQUEST_TIMEOUT`, `REQUEST_ABORTED`, `SERVER_BUSY`, and `tooLarge`
 */
export function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<Buffer> {
  const { limit, tooLarge, deadline, memory } = options;
  const refusal = (): AppError => new AppError(tooLarge, `The body is larger than ${limit} bytes.`);
  requirePlainBody(request);
  const longest = declaredLength(request) ?? limit;
  if (longest > limit) throw refusal();
  return new Promise((resolve, reject) => {
    const busy = (): void =>
      refuse(new AppError('SERVER_BUSY', 'Too many bodies are being read. Try again.'));
    const body: PartialBody = { longest, bytes: Buffer.alloc(0), giveUp: busy };
    let received = 0;
    const timer = setTimeout(
      () => refuse(new AppError('REQUEST_TIMEOUT', 'The body did not arrive in time.')),
      deadline,
    );
    const stop = (): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone);
      memory.release(body);
    };
    const refuse = (error: AppError): void => {
      stop();
      freeBytes(body.bytes);
      request.pause();
      reject(error);
    };
    const onGone = (): void =>
      refuse(new AppError('REQUEST_ABORTED', 'The connection ended before the body did.'));
    const onEnd = (): void => {
      if (received < body.bytes.length) memory.resize(body, received);
      stop();
      resolve(body.bytes);
    };
    const onData = (chunk: Buffer): void => {
      const { length } = body.bytes;
      const needed = received + chunk.length;
      if (needed > limit) refuse(refusal());
      else if (needed > length && !memory.resize(body, Math.max(needed, Math.min(longest, 2 * length))))
        busy();
      else {
        chunk.copy(body.bytes, received);
        received = needed;
      }
      freeBytes(chunk);
    };
    request.on('data', onData).on('end', onEnd).on('close', onGone);
  });
}
