import { z } from 'zod';
import { startTestIssuer, testAudience } from '../../apps/server/src/testing/test-issuer.ts';
import { installPeers } from '../install-peers.ts';
import { startPinned } from '../pinned-process.ts';
import type { Group } from '../variant.ts';
import { httpVariant, type HttpVariant, type Means } from './http-variant.ts';

const Port = z.object({ port: z.number() });

/** Ten calls of one HTTP request, each about another report. */
const batchOfTen = (from: number): string => {
  const ids = Array.from({ length: 10 }, (_, index) => [String(index), { id: `r${from + index}` }]);
  const input = encodeURIComponent(JSON.stringify(Object.fromEntries(ids)));
  return `/trpc/${Array(10).fill('get').join(',')}?batch=1&input=${input}`;
};
const list = ['/trpc/list'];
const get = [`/trpc/get?input=${encodeURIComponent(JSON.stringify({ id: 'r1' }))}`];
const batch = [batchOfTen(0)];
/** No report is asked about again until a thousand requests later. */
const distinctBatches = Array.from({ length: 1_000 }, (_, index) => batchOfTen(index * 10));

const server = (name: string): URL => new URL(`../../apps/server/bench/http/${name}.ts`, import.meta.url);
const peer = (name: string): URL => new URL(`../peers/${name}.ts`, import.meta.url);

/** What a gate costs a procedure that is called over HTTP, beside the other ways to have one, and beside other servers. */
export const httpGroup: Group = {
  name: 'http',
  title: 'A gated procedure over HTTP',
  async variants(stack) {
    const issuer = await startTestIssuer();
    stack.defer(() => issuer.close());
    const pdp = stack.use(startPinned(1, new URL('local-pdp.ts', import.meta.url)));
    const load = stack.use(startPinned(1, new URL('load.ts', import.meta.url)));
    const { port } = await pdp.told(Port);
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
    const variants: HttpVariant[] = [
      { id: 'ungated', title: 'Express + tRPC, ungated', module: server('express-ungated'), paths: list },
      {
        id: 'gated',
        title: 'gated, warm, on the resource',
        module: server('gated'),
        isGated: true,
        paths: list,
      },
      {
        id: 'ungated-get',
        title: 'ungated, with an input',
        module: server('express-ungated'),
        paths: get,
      },
      {
        id: 'gated-get',
        title: 'gated, warm, on an instance',
        module: server('gated'),
        isGated: true,
        paths: get,
        relativeTo: 'ungated-get',
      },
      { id: 'ungated-batch', title: 'ungated, batch of 10', module: server('express-ungated'), paths: batch },
      {
        id: 'gated-batch',
        title: 'gated, batch of 10, warm',
        module: server('gated'),
        isGated: true,
        paths: batch,
        relativeTo: 'ungated-batch',
      },
      {
        id: 'gated-batch-cold',
        title: 'gated, batch of 10 distinct, no cache',
        module: server('gated'),
        isGated: true,
        paths: distinctBatches,
        relativeTo: 'ungated-batch',
        cacheTtl: 0,
        pdpCalls: 1,
      },
      {
        id: 'lean',
        title: 'ungated, lean adapter',
        module: server('express-ungated'),
        adapter: 'lean',
        paths: list,
      },
      {
        id: 'gated-lean',
        title: 'gated, warm, lean adapter',
        module: server('gated'),
        adapter: 'lean',
        isGated: true,
        paths: list,
      },
      {
        id: 'gated-lean-batch',
        title: 'gated, batch of 10, warm, lean adapter',
        module: server('gated'),
        adapter: 'lean',
        isGated: true,
        paths: batch,
        relativeTo: 'ungated-batch',
      },
      {
        id: 'guide',
        isOurs: false,
        title: 'the guide as published',
        isGated: true,
        module: server('guide'),
        paths: list,
        pdpCalls: 1,
      },
      {
        id: 'permitio',
        isOurs: false,
        title: 'permitio, tokens verified once',
        module: server('permitio'),
        isGated: true,
        paths: list,
        pdpCalls: 1,
      },
      {
        id: 'casl',
        isOurs: false,
        title: 'CASL, tokens verified once',
        module: peer('http-casl'),
        isGated: true,
        paths: list,
      },
      {
        id: 'forged',
        title: 'gated, each token forged',
        isForged: true,
        module: server('gated'),
        isGated: true,
        paths: list,
      },
      {
        id: 'fastify',
        isOurs: false,
        title: 'Fastify + tRPC, ungated',
        module: peer('http-fastify'),
        paths: list,
      },
      {
        id: 'standalone',
        isOurs: false,
        title: 'tRPC standalone, ungated',
        module: server('trpc-standalone'),
        paths: list,
      },
      {
        id: 'express',
        isOurs: false,
        title: 'Express without tRPC',
        module: server('express-plain'),
        paths: list,
      },
      { id: 'node', isOurs: false, title: 'bare node:http', module: server('node-http'), paths: list },
    ];
    return variants.map((variant) => httpVariant(variant, means));
  },
};
