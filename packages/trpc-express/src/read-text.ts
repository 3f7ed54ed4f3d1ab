import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';

/**
 * The body as text. It is read from now on, unless somebody has paused the request: then from its `resume()` on.
 * @param most - bytes
 * @throws {TRPCError} `PAYLOAD_TOO_LARGE`; `CLIENT_CLOSED_REQUEST` when the client goes away first.
 */
export function readText(request: IncomingMessage, most: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else end(new TRPCError({ code: 'PAYLOAD_TOO_LARGE' }));
  };
  const onEnd = (): void => end();
  const onClose = (): void => end(new TRPCError({ code: 'CLIENT_CLOSED_REQUEST' }));
  const end = (error?: TRPCError): void => {
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    // As `Request.text()` does: without a byte order mark.
    if (error === undefined) resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    else reject(error);
    chunks.length = 0;
  };
  request.on('data', onData).on('end', onEnd).on('close', onClose);
  // Then none of these comes.
  if (request.destroyed) onClose();
  // Nobody may ask for it: a procedure that has no input.
  promise.catch(() => {});
  return promise;
}
