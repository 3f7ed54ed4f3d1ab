import { z } from 'zod';
import { startTestIssuer, testAudience } from '../../apps/server/src/testing/test-issuer.ts';
import { installPeers } from '../install-peers.ts';
import { startPinned } from '../pinned-process.ts';
import type { Group } from '../variant.ts';
import { httpVariant, type HttpVariant, type Means } from './http-variant.ts';

const Port = z.object({ port: z.number() });

/** The path of one HTTP request with ten batched calls, each for a different report. */
const batchOfTen = (from: number): string => {
  const ids = Array.from({ length: 10 }, (_, index) => [String(index), { id: `r${from + index}` }]);
  const input = encodeURIComponent(JSON.stringify(Object.fromEntries(ids)));
  return `/trpc/${Array(10).fill('get').join(',')}?batch=1&input=${input}`;
};
const list = ['/trpc/list'];
const get = [`/trpc/get?input=${encodeURIComponent(JSON.stringify({ id: 'r1' }))}`];
const batch = [batchOfTen(0)];
/** Each batch has other reports, so that a report repeats only after a thousand requests. */
const distinctBatches = Array.from({ length: 1_000 }, (_, index) => batchOfTen(index * 10));

const server = (name: string): URL => new URL(`../../apps/server/bench/http/${name}.ts`, import.meta.url);
const peer = (name: string): URL => new URL(`../peers/${name}.ts`, import.meta.url);

/** The cost of a gate on a procedure called over HTTP, compared with alternatives. */
export const httpGroup: Group = {
  name: 'http',
  title: 'A gated procedure over HTTP',
  async variants(stack) {
    const issuer = await startTestIssuer();
    stack.defer(() => issuer.close());
    const pdp = stack.use(startPinned(1, new URL('local-pdp.ts', import.meta.url)));
    const load = stack.use(startPinned(1, new URL('load.ts', import.meta.url)));
    const { port } = await pdp.received(Port);
    const means: Means = {
      pdp,
      load,
      setting: {
        pdpUrl: `http://127.0.0.1:${port}`,
        issuer: issuer.issuer,
        audience: testAudience,
        jwksUrl: issuer.jwksUrl,
      },
      token: await issuer.sign({ sub: 'bench' }),
      stranger: await issuer.sign({ sub: 'stranger' }),
    };
    await installPeers();
    const express = { module: server('express-ungated') };
    const gated = { module: server('gated'), isGated: true };
    const lean = { adapter: 'lean' } as const;
    const variants: HttpVariant[] = [
      { id: 'ungated', title: 'Express + tRPC, ungated', ...express, paths: list },
      { id: 'verified', title: 'a verified token, no gate', module: server('verified'), paths: list },
      {
        id: 'gated',
        title: 'gated, warm, on the resource',
        ...gated,
        paths: list,
        relativeTo: 'verified',
      },
      { id: 'ungated-get', title: 'ungated, with an input', ...express, paths: get },
      {
        id: 'gated-get',
        title: 'gated, warm, on an instance',
        ...gated,
        paths: get,
        relativeTo: 'ungated-get',
      },
      { id: 'ungated-batch', title: 'ungated, batch of 10', ...express, paths: batch },
      {
        id: 'gated-batch',
        title: 'gated, batch of 10, warm',
        ...gated,
        paths: batch,
        relativeTo: 'ungated-batch',
      },
      {
        id: 'gated-batch-cold',
        title: 'gated, batch of 10 distinct, no cache',
        ...gated,
        paths: distinctBatches,
        relativeTo: 'ungated-batch',
        cacheTtl: 0,
        pdpCalls: 1,
      },
      { id: 'lean', title: 'ungated, lean adapter', ...express, ...lean, paths: list },
      { id: 'gated-lean', title: 'gated, warm, lean adapter', ...gated, ...lean, paths: list },
      {
        id: 'guide',
        title: 'the guide as published',
        isGated: true,
        module: server('guide'),
        paths: list,
        pdpCalls: 1,
      },
      {
        id: 'casl',
        title: 'CASL, tokens verified once',
        module: peer('http-casl'),
        isGated: true,
        paths: list,
      },
    ];
    return variants.map((variant) => httpVariant(variant, means));
  },
};
