import { createServer, type RequestListener, type Server } from 'node:http';

export interface ListenOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** The interface to listen on; loopback unless told otherwise, because an emulator has no secrets worth guarding. */
  readonly host?: string;
}

export interface Listening {
  readonly port: number;
  /** `http://localhost:<port>` on loopback, no trailing slash. */
  readonly url: string;
  readonly server: Server;
  /** Ends open connections too, so that it settles at once. */
  close(): Promise<void>;
}

/** The port is taken. `port` names it, so that a caller can say which option changes it. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'PORT_IN_USE';
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} is already in use.`);
    this.port = port;
  }
}

/** Listens, and resolves once requests are answered. Rejects with `PortInUseError`, or with Node's own error. */
export async function listen(
  handler: RequestListener,
  { port, host = '127.0.0.1' }: ListenOptions,
): Promise<Listening> {
  const server = createServer(handler);
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
