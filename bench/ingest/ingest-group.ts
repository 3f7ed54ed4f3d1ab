import { openIngestion } from '../../apps/server/bench/open-ingestion.ts';
import type { Group, Variant } from '../variant.ts';

const events = 3_000;

/** What it costs that an event is stored before it is answered. */
export const ingestGroup: Group = {
  name: 'ingest',
  title: 'Webhook ingestion, 50 connections',
  async variants(stack) {
    const ingestion = stack.use(await openIngestion());
    const variant = (id: 'nothing' | 'real', title: string): Variant => ({
      id,
      title,
      unit: 'events/s',
      faster: 'higher',
      relativeTo: 'nothing',
      async open() {
        await ingestion.measure(id, events);
        return { measure: async () => ({ value: await ingestion.measure(id, events) }) };
      },
    });
    return [
      variant('nothing', 'verified and parsed, nothing is stored'),
      variant('real', 'stored, answered after the commit'),
    ];
  },
};
