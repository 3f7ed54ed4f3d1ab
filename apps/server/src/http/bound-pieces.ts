import type { IncomingMessage } from 'node:http';

/** How many pieces a body may always have, and how many bytes entitle it to one more. */
const bound = { pieces: 100, bytes: 256 };

/**
 * Ends a connection whose body comes in tiny pieces, and keeps nothing more of it. Node makes a buffer of every chunk: one
 * byte costs a thousand, and one read of the socket may have ten thousand of them before anybody can pause it.
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
