import { connect } from 'node:net';

export interface RawAnswer {
  /** The HTTP status; `undefined` if there is no response. */
  readonly status: number | undefined;
  readonly text: string;
  /** Whether the server closed the connection. */
  readonly closed: boolean;
}

export interface RawConnection {
  /** The response so far. */
  answer(): RawAnswer;
  /** Resolves when the server or `end` has closed the connection. */
  readonly ended: Promise<void>;
  end(): void;
}

/** Sends raw bytes to a server on a connection that stays open. */
export function openRaw(url: string, bytes: string | Buffer): RawConnection {
  const { hostname, port } = new URL(url);
  let text = '';
  let closed = false;
  const ended = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    ended.resolve();
  });
  return {
    answer() {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      return { status: status === undefined ? undefined : Number(status), text, closed };
    },
    ended: ended.promise,
    end: () => socket.destroy(),
  };
}

/** Sends raw bytes to a server, and resolves to its response when it closes the connection. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const connection = openRaw(url, bytes);
  await connection.ended;
  return connection.answer();
}
