import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';

/**
 * Reads the body as text, starting now or, if the request is paused, after its `resume()`.
 * @param most - bytes
 * @throws {TRPCError} `PAYLOAD_TOO_LARGE`; `CLIENT_CLOSED_REQUEST` when the client disconnects first.
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
    // Like `Request.text()`: strips the byte order mark.
    if (error === undefined) resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    else reject(error);
    chunks.length = 0;
  };
  request.on('data', onData).on('end', onEnd).on('close', onClose);
  // In that case none of these events is emitted.
  if (request.destroyed) onClose();
  // A procedure without an input never awaits it.
  promise.catch(() => {});
  return promise;
}
