import { connect } from 'node:net';

export interface RawAnswer {
  /** `undefined` when the server has said nothing. */
  readonly status: number | undefined;
  readonly text: string;
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

/**
 * Sends bytes to a server as they are, and goes on listening until the server ends the connection, or until `patience`
 * milliseconds have passed since the last byte.
 */
export function sendRaw(url: string, bytes: string | Buffer, patience = 3_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const end = (closed: boolean): void => {
      socket.destroy();
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      resolve({ status: status === undefined ? undefined : Number(status), text, closed });
    };
    socket.setTimeout(patience, () => end(false));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => end(true));
  });
}
