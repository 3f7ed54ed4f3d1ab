import { expect, test } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { createEventStore } from './event-store.ts';

const server = await startTestServer();
await permitSdk(server.permit).api.tenants.create({ key: 'charts', name: 'Charts' });
const { client: admin } = await server.join({ role: 'admin' });

test('charts count by hour and by minute, with every filter, and match the rows', async () => {
  const tenant = 'charts';
  const change = { kind: 'change', action: 'role.assign', outcome: 'done', channel: 'console' } as const;
  const { client: cara } = await server.join({ role: 'admin', tenant });
  await createEventStore(server.db).insert([
    eventAt('2026-02-01T10:05:00.000Z', { tenant }),
    eventAt('2026-02-01T10:05:30.000Z', { tenant, outcome: 'deny', reason: 'no_permission' }),
    eventAt('2026-02-01T11:59:59.999Z', { tenant, actor: 'olga' }),
    eventAt('2026-02-01T12:00:00.000Z', { tenant, ...change }),
  ]);
  const day = { from: '2026-02-01T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' };
  const decision = { kind: 'decision', outcome: 'allow', count: 1 };
  expect(await cara.audit.histogram.query(day)).toEqual({
    unit: 'hour',
    bars: [
      { ...decision, at: '2026-02-01T10:00:00.000Z' },
      { ...decision, at: '2026-02-01T10:00:00.000Z', outcome: 'deny' },
      { ...decision, at: '2026-02-01T11:00:00.000Z' },
      { at: '2026-02-01T12:00:00.000Z', kind: 'change', outcome: 'done', count: 1 },
    ],
  });
  const ofOlga = await cara.audit.histogram.query({ ...day, actor: 'olga' });
  expect(ofOlga.bars).toEqual([{ ...decision, at: '2026-02-01T11:00:00.000Z' }]);
  const denied = await cara.audit.histogram.query({ ...day, outcomes: ['deny'], kind: 'decision' });
  expect(denied.bars).toEqual([{ ...decision, at: '2026-02-01T10:00:00.000Z', outcome: 'deny' }]);
  const byChannel = async (channel: 'gate' | 'console' | 'cli') =>
    (await cara.audit.list.query({ ...day, channel })).events.map(({ kind }) => kind);
  expect(await byChannel('gate')).toEqual(['decision', 'decision', 'decision']);
  expect(await byChannel(change.channel)).toEqual(['change']);
  expect(await byChannel('cli')).toEqual([]);
  const hour = { from: '2026-02-01T10:00:00.000Z', to: '2026-02-01T11:00:00.000Z' };
  expect(await cara.audit.histogram.query({ ...hour, outcomes: ['allow'] })).toEqual({
    unit: 'minute',
    bars: [{ ...decision, at: '2026-02-01T10:05:00.000Z' }],
  });
  const week = { ...day, to: '2026-02-08T00:00:00.000Z' };
  expect(await cara.audit.histogram.query(week)).toMatchObject({ unit: 'hour', bars: { length: 4 } });
  expect(await cara.audit.histogram.query({ ...week, to: '2026-02-08T01:00:00.000Z' })).toEqual({
    unit: 'day',
    bars: expect.arrayContaining([
      { ...decision, at: '2026-02-01T00:00:00.000Z', count: 2 },
      { ...decision, at: '2026-02-01T00:00:00.000Z', outcome: 'deny' },
      { at: '2026-02-01T00:00:00.000Z', kind: 'change', outcome: 'done', count: 1 },
    ]),
  });
});

test('a chart of days begins them at midnight of the given time zone, from the counts and from the events', async () => {
  // Just before midnight and at midnight in Auckland, in summer.
  await createEventStore(server.db).insert([
    eventAt('2025-02-01T10:59:59.999Z', { actor: 'olga' }),
    eventAt('2025-02-01T11:00:00.000Z', { actor: 'olga' }),
  ]);
  const month = { from: '2025-01-10T00:00:00.000Z', to: '2025-02-10T00:00:00.000Z' };
  const days = async (more: object) =>
    (await admin.audit.histogram.query({ ...month, outcomes: ['allow'], ...more })).bars.map(({ at }) => at);
  const timeZone = 'Pacific/Auckland';
  const local = ['2025-01-31T11:00:00.000Z', '2025-02-01T11:00:00.000Z'];
  expect(await days({ timeZone })).toEqual(local);
  expect(await days({ timeZone, actor: 'olga' })).toEqual(local);
  expect(await days({})).toEqual(['2025-02-01T00:00:00.000Z']);
  // Browsers use old names, which PostgreSQL need not have.
  expect(await days({ timeZone: 'VST' })).toEqual(['2025-01-31T17:00:00.000Z']);
  for (const unknown of ['+05:30', 'Mars/Olympus', ''])
    expect(await codeOf(days({ timeZone: unknown }))).toBe('INPUT_INVALID');
});
