import { z } from 'zod';
import { openIngestion } from '../../apps/server/bench/open-ingestion.ts';
import type { Order } from '../../apps/server/bench/send-events.ts';
import type { Setting } from '../../apps/server/bench/serve-ingestion.ts';
import { startPinned } from '../pinned-process.ts';
import type { Group, Variant } from '../variant.ts';

const events = 3_000;
const key = 'bench-signing-key-0000000000000000';
const module = (name: string): URL => new URL(`../../apps/server/bench/${name}.ts`, import.meta.url);

const Port = z.object({ port: z.number() });
const Cpu = z.object({ cpu: z.number() });

export const ingestGroup: Group = {
  name: 'ingest',
  title: 'Webhook ingestion, 50 connections',
  async variants(stack) {
    const { databaseUrl, queued } = stack.use(await openIngestion());
    const sender = stack.use(startPinned(1, module('send-events')));
    const variant = (kind: Setting['kind'], title: string): Variant => ({
      id: kind,
      title,
      unit: 'events/s',
      faster: 'higher',
      relativeTo: 'nothing',
      async open(opened) {
        const setting: Setting = { kind, databaseUrl, key };
        const server = opened.use(
          startPinned(0, module('serve-ingestion'), { args: [JSON.stringify(setting)] }),
        );
        const { port } = await server.received(Port);
        const order: Order = { port, events, connections: 50, key };
        const measure = async () => {
          const before = await server.ask(Cpu, {});
          const value = await sender.ask(z.number(), order);
          await queued();
          const { cpu } = await server.ask(Cpu, {});
          return { value, cpu: (cpu - before.cpu) / events };
        };
        await measure();
        await measure();
        return { measure };
      },
    });
    return [
      variant('nothing', 'the same handler, nothing is stored'),
      variant('real', 'stored, answered after the commit'),
    ];
  },
};
