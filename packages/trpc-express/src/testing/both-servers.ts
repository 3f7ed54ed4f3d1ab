import { once } from 'node:events';
import { request as sendRequest, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type RequestHandler } from 'express';
import { createLeanMiddleware, type LeanMiddlewareOptions } from '../index.ts';
import { testRouter, type TestRouter } from './test-router.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

type Options = LeanMiddlewareOptions<TestRouter>;

export interface Seen {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly events: readonly unknown[];
}

interface TestServer {
  readonly port: number;
  readonly events: unknown[];
  close(): void;
}

export interface BothServers extends Disposable {
  readonly lean: TestServer;
  readonly official: TestServer;
  /** `isDirect`: whether the lean middleware itself answered. */
  send(sent: Sent): Promise<{ readonly lean: Seen; readonly official: Seen; readonly isDirect: boolean }>;
}

export const express4: typeof express = createRequire(import.meta.url)('express-4');

export async function startBoth(
  changes: Partial<Options> = {},
  before: RequestHandler[] = [],
  createApp = express,
): Promise<BothServers> {
  const [lean, official] = await Promise.all([
    start((options) => [...before, createLeanMiddleware(options)], changes, createApp),
    start((options) => [...before, createExpressMiddleware(options)], changes, createApp),
  ]);
  return {
    lean,
    official,
    async send(sent) {
      const [one, other] = [await sendTo(lean, sent), await sendTo(official, sent)];
      return { lean: one.seen, official: other.seen, isDirect: one.hasLength && !other.hasLength };
    },
    [Symbol.dispose]() {
      lean.close();
      official.close();
    },
  };
}

async function start(
  middlewares: (options: Options) => RequestHandler[],
  changes: Partial<Options>,
  createApp: typeof express,
): Promise<TestServer> {
  const events: unknown[] = [];
  const options: Options = {
    router: testRouter,
    createContext({ req, res, info }) {
      const { accept, isBatchCall, type, connectionParams, url, calls, signal } = info;
      events.push({
        accept,
        isBatchCall,
        type,
        connectionParams,
        url: url?.href.replace(/:\d+\//, '/'),
        calls: calls.map(({ path, batchIndex, procedure }) => [path, batchIndex, procedure?._def.type]),
        isAborted: signal.aborted,
      });
      if (req.headers['x-fail'] === 'context') throw new RangeError('no context');
      return { events, res, status: req.headers['x-status'] };
    },
    onError: ({ error, path, input, type, ctx }) =>
      events.push([error.code, error.message, path, input, type, ctx !== undefined]),
    ...changes,
  };
  const server = createApp().use('/trpc', middlewares(options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server), events, close: () => server.close().closeAllConnections() };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Not compared: they depend on the adapter, the time or the port. */
const own = new Set(['date', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']);

async function sendTo(
  { port, events }: TestServer,
  { method, path, headers, body }: Sent,
): Promise<{ readonly seen: Seen; readonly hasLength: boolean }> {
  events.length = 0;
  const sent = sendRequest({ host: '127.0.0.1', port, method, path: `/trpc/${path}`, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const others = Object.entries<unknown>(response.headers).filter(([name]) => !own.has(name));
  const seen: Seen = {
    status: response.statusCode,
    headers: Object.fromEntries(others),
    body: text,
    events: structuredClone(events),
  };
  return { seen, hasLength: response.headers['content-length'] !== undefined };
}
