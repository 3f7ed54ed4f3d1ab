import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { createHttpServer } from '../http/create-http-server.ts';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly read: () => Promise<string>;
  readonly onError: (error: unknown) => void;
}

/** Prometheus's text format, as of version 0.0.4. */
const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * On a separate port, so that no proxy in front of the console exposes it. Does not delay shutdown, because an aborted
 * scrape is repeated. Rejects when it cannot listen.
 */
export async function openMetricsServer(
  options: MetricsServerOptions,
): Promise<{ readonly address: AddressInfo | string | null; readonly close: () => Promise<void> }> {
  const server = createHttpServer((request, response) => void answer(request, response, options), {
    maxConnections: 100,
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    address: server.address(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  { host, read, onError }: MetricsServerOptions,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  const end = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  };
  if (!isPrivateName(headers.host, host))
    return end(403, 'Ask by address, or by a name of the private network.');
  if (url?.split('?')[0] !== '/metrics') return end(404, 'The metrics are at /metrics.');
  if (method !== 'GET' && method !== 'HEAD') return end(405, 'Use GET.');
  try {
    const text = await read();
    response.writeHead(200, { 'content-type': contentType }).end(method === 'HEAD' ? undefined : text);
  } catch (error) {
    onError(error);
    end(500, 'The metrics cannot be read.');
  }
}

/** Prevents DNS rebinding, in which the host is the public name of the attacker's page. */
function isPrivateName(hostHeader: string | undefined, ownName: string): boolean {
  const url = `http://${hostHeader ?? ''}`;
  if (hostHeader === undefined || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === ownName.toLowerCase()) return true;
  return !hostname.includes('.') || /\.(svc|local|internal|localhost)$/.test(hostname);
}
