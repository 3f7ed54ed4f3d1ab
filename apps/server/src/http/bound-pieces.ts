import type { IncomingMessage } from 'node:http';

/** The number of chunks that a body may always have, and the number of bytes that allows one more. */
const bound = { pieces: 100, bytes: 256 };

/**
 * Ends a connection whose body consists of tiny chunks, and releases it. Node allocates a buffer for every chunk: one
 * byte costs a thousand, and one read of the socket may contain ten thousand of them before it can be paused.
 */
export function boundPieces(request: IncomingMessage): void {
  let pieces = 0;
  let bytes = 0;
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk !== null) {
      pieces += 1;
      bytes += chunk.length;
      if (pieces > bound.pieces + bytes / bound.bytes) {
        request.socket.destroy();
        return false;
      }
    }
    return push(chunk, encoding);
  };
}
