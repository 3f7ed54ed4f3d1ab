import { connect } from 'node:net';

export interface RawAnswer {
  /** `undefined` when the server has said nothing. */
  readonly status: number | undefined;
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

export interface RawConnection {
  /** What the server has answered up to now. */
  answer(): RawAnswer;
  /** Resolves when the server, or `end`, has ended the connection. */
  readonly ended: Promise<void>;
  end(): void;
}

/** Sends bytes to a server as they are, on a connection that stays open. */
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

/** Sends bytes to a server as they are, and resolves with its answer when it ends the connection. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const connection = openRaw(url, bytes);
  await connection.ended;
  return connection.answer();
}
