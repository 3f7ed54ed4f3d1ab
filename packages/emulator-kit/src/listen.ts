import { createServer, type RequestListener, type Server } from 'node:http';

export interface ListenOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Default: loopback, because an emulator protects nothing. */
  readonly host?: string;
}

export interface Listening {
  readonly port: number;
  /** `http://localhost:<port>` on loopback, no trailing slash. */
  readonly url: string;
  readonly server: Server;
  /** Also closes open connections, so that it resolves immediately. */
  close(): Promise<void>;
}

/** `port` lets a caller name the option that changes it. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'PORT_IN_USE';
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} is already in use.`);
    this.port = port;
  }
}

/** After Node's default of five seconds, a connection can end just as a busy client is about to reuse it. */
const keepAliveTimeout = 600_000;

/** Resolves once the server accepts requests. Rejects with `PortInUseError`, or with Node's own error. */
export async function listen(
  handler: RequestListener,
  { port, host = '127.0.0.1' }: ListenOptions,
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout }, handler);
  const actual = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
  const name = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    port: actual,
    url: `http://${name}:${actual}`,
    server,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
