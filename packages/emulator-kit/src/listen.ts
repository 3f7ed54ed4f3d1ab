import { createServer, type RequestListener, type Server } from 'node:http';

/** Where to listen. */
export interface ListenOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** The interface to listen on. Default: loopback, because an emulator protects nothing. */
  readonly host?: string;
}

/** A server that accepts requests. */
export interface Listening {
  readonly port: number;
  /** `http://localhost:<port>` on loopback, no trailing slash. */
  readonly url: string;
  readonly server: Server;
  /** Stops listening, and closes open connections, so that it resolves immediately. */
  close(): Promise<void>;
}

/** The port is taken. `port` is its number, so that a caller can name the option that changes it. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'PORT_IN_USE';
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} is already in use.`);
    this.port = port;
  }
}

/**
 * After Node's default of five seconds, a connection can end while a busy client in the same process is about
 * to use it again.
 */
const keepAliveTimeout = 600_000;

/**
 * Starts an HTTP server, and resolves once it accepts requests. Rejects with `PortInUseError`, or with Node's own
 * error.
 */
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
