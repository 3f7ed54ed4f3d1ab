import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { AppError, type ErrorCode } from '../app-error.ts';
import type { RequestHandler } from 'express';

export interface ReadBodyOptions {
  readonly limit: number;
  readonly tooLarge: ErrorCode;
  readonly bodies: BodiesInFlight;
}

export interface BodiesInFlight {
  /** Returns a function that releases the body. @throws {AppError} `SERVER_BUSY` */
  admit(request: IncomingMessage, length: number): () => void;
}

/**
 * Limits the total length of the bodies being read. Aborts longer bodies in favor of a shorter one, so that large
 * unauthenticated bodies cannot block a delivery of a few KiB.
 */
export function createBodiesInFlight(total: number): BodiesInFlight {
  const lengths = new Map<IncomingMessage, number>();
  let left = total;
  const release = (request: IncomingMessage): void => {
    left += lengths.get(request) ?? 0;
    lengths.delete(request);
  };
  const makeRoom = (length: number): void => {
    const longer = [...lengths].filter(([, other]) => other > length).toSorted(([, a], [, b]) => b - a);
    if (longer.reduce((sum, [, other]) => sum + other, left) < length)
      throw new AppError('SERVER_BUSY', 'Too many bodies are being read. Try again.');
    for (const [other] of longer) {
      if (length <= left) return;
      release(other);
      other.destroy();
    }
  };
  return {
    admit(request, length) {
      if (length > left) makeRoom(length);
      lengths.set(request, length);
      left -= length;
      return () => release(request);
    },
  };
}

/** The declared length; `undefined` when the body is chunked or absent. */
export function declaredLength({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Refuses a compressed body, which may expand a thousandfold. @throws {AppError} `UNSUPPORTED_ENCODING` */
export function requirePlainBody({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new AppError('UNSUPPORTED_ENCODING', 'Send the body without a content encoding.');
}

/**
 * Refuses a body as soon as it is too large. A body without a declared length counts as one of maximum length.
 * @throws {AppError} `UNSUPPORTED_ENCODING`, `REQUEST_ABORTED`, `SERVER_BUSY`, and `tooLarge`
 */
export async function readBody(
  request: IncomingMessage,
  { limit, tooLarge, bodies }: ReadBodyOptions,
): Promise<Buffer> {
  requirePlainBody(request);
  const length = declaredLength(request);
  const refusal = new AppError(tooLarge, `The body is larger than ${limit} bytes.`);
  if (length !== undefined && length > limit) throw refusal;
  const release = bodies.admit(request, length ?? limit);
  try {
    return await getRawBody(request, { limit, length: length ?? null });
  } catch (error) {
    if (Object(error).type === 'entity.too.large') throw refusal;
    throw new AppError('REQUEST_ABORTED', 'The connection ended before the body did.', { cause: error });
  } finally {
    release();
  }
}

/** Closes the connection of a request that is answered before its body has arrived, instead of reading the rest. */
export const closeUnread: RequestHandler = (request, response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody) {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = new Proxy(writeHead, {
      apply(target, _this, args) {
        if (!request.complete) response.setHeader('connection', 'close');
        return Reflect.apply(target, undefined, args);
      },
    });
  }
  next();
};
