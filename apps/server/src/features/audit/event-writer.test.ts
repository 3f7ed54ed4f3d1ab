import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import type { AuditEvent } from './audit-event.ts';
import type { EventStore } from './event-store.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import { createSpill } from './spill.ts';
import { waitFor } from '../../testing/wait-for.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-audit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A fake PostgreSQL that can be down and refuses some values. */
class FakeStore implements Pick<EventStore, 'insert' | 'addCounts'> {
  readonly rows = new Map<string, AuditEvent>();
  readonly asked: number[] = [];
  isUnavailable = false;
  hasTable = true;
  /** Whether `insert` stores the batch but rejects, as if the response were lost. */
  losesAnswers = false;
  async insert(events: readonly AuditEvent[]): Promise<void> {
    await Promise.resolve();
    if (this.isUnavailable) throw new Error('connection refused');
    if (!this.hasTable) throw databaseError('42P01');
    if (events.some(({ action }) => action === 'bad')) throw databaseError('22P05');
    for (const event of events) if (!this.rows.has(event.id)) this.rows.set(event.id, event);
    if (this.losesAnswers) throw new Error('connection reset');
  }
  async addCounts(counts: readonly { count: number }[]): Promise<void> {
    await Promise.resolve();
    if (this.isUnavailable) throw new Error('connection refused');
    this.asked.push(...counts.map(({ count }) => count));
  }
}

function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 1, 'error'), { code });
}

const event = (action = 'reports:view'): AuditEvent => eventAt(new Date().toISOString(), { action });

function openWriter(store: FakeStore, options: { readonly inMemoryOnly?: boolean } = {}) {
  const reported = { bad: [] as string[], outages: 0, lost: 0, stored: 0 };
  const writer = createEventWriter({
    store,
    spill: options.inMemoryOnly === true ? undefined : createSpill(folder),
    onBadEvent: (id) => reported.bad.push(id),
    onOutage: () => reported.outages++,
    onLoss: (count) => (reported.lost += count),
    onStored: (events) => (reported.stored += events.length),
  });
  return { writer, reported };
}

function addMany(writer: EventWriter, count: number): string[] {
  const events = Array.from({ length: count }, () => event());
  for (const item of events) writer.add(item, false);
  return events.map(({ id }) => id);
}

test('law: each event is stored once despite failures and restarts, and in order if nothing failed', async () => {
  const step = fc.oneof(
    fc.nat({ max: 40 }).map((count) => ({ kind: 'add' as const, count })),
    fc
      .constantFrom('unavailable', 'back', 'answers lost', 'flush', 'restart')
      .map((kind) => ({ kind, count: 0 })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const store = new FakeStore();
      let { writer } = openWriter(store);
      const added: string[] = [];
      for (const { kind, count } of steps) {
        if (kind === 'add') added.push(...addMany(writer, count));
        if (kind === 'unavailable') store.isUnavailable = true;
        if (kind === 'answers lost') store.losesAnswers = true;
        if (kind === 'back') Object.assign(store, { isUnavailable: false, losesAnswers: false });
        if (kind === 'flush') await writer.flush().catch(() => {});
        if (kind === 'restart') {
          await writer.close();
          ({ writer } = openWriter(store));
        }
      }
      const wasAlwaysThere = steps.every(({ kind }) => kind === 'add' || kind === 'flush' || kind === 'back');
      Object.assign(store, { isUnavailable: false, losesAnswers: false });
      await writer.flush();
      await writer.close();
      const inOrder = (ids: string[]) => (wasAlwaysThere ? ids : ids.toSorted());
      expect(inOrder([...store.rows.keys()])).toEqual(inOrder(added));
      expect(await readdir(folder)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('counts that arrive while others are being stored are stored as well', async () => {
  const store = new FakeStore();
  const { writer } = openWriter(store);
  const asked = { tenant: 'acme', hour: '2026-11-27T10:00:00.000Z', action: 'reports:view' };
  const addCounts = store.addCounts.bind(store);
  store.addCounts = async (counts) => {
    if (counts.length > 0 && store.asked.length === 0)
      writer.addAsked({ ...asked, outcome: 'deny', count: 2 });
    await addCounts(counts);
  };
  writer.addAsked({ ...asked, outcome: 'allow', count: 1 });
  await waitFor(() => expect(store.asked).toEqual([1, 2]));
  await writer.close();
});

test('events wait while their table is missing, because a migration may create it', async () => {
  const store = new FakeStore();
  store.hasTable = false;
  const { writer, reported } = openWriter(store);
  const added = addMany(writer, 3);
  await writer.flush().catch(() => {});
  expect(reported.bad).toEqual([]);
  store.hasTable = true;
  await writer.flush();
  expect([...store.rows.keys()]).toEqual(added);
  await writer.close();
});

test('a long outage fills files instead of memory; only their owner can read them, and the next process stores them', async () => {
  const store = new FakeStore();
  store.isUnavailable = true;
  const first = openWriter(store);
  const added = addMany(first.writer, 12_000);
  await waitFor(async () => expect(await readdir(folder)).toHaveLength(3));
  const [name = ''] = await readdir(folder);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  added.push(...addMany(first.writer, 10));
  await first.writer.close();
  expect(first.reported.lost).toBe(0);

  store.isUnavailable = false;
  const second = openWriter(store);
  await second.writer.flush();
  expect([...store.rows.keys()]).toEqual(added);
  expect(await readdir(folder)).toEqual([]);
  await second.writer.close();
});

test('counts events that neither PostgreSQL nor the disk accepts as lost, and bounds memory', async () => {
  const store = new FakeStore();
  store.isUnavailable = true;
  const { writer, reported } = openWriter(store, { inMemoryOnly: true });
  addMany(writer, 40_100);
  store.isUnavailable = false;
  await writer.flush();
  expect(store.rows.size).toBe(40_000);
  expect(reported.lost).toBe(100);
  await writer.close();
});

test('reports lost events at shutdown, also when the others are in files', async () => {
  const store = new FakeStore();
  store.isUnavailable = true;
  const { writer, reported } = openWriter(store);
  addMany(writer, 40_100);
  await writer.close();
  expect([reported.lost, (await readdir(folder)).length]).toEqual([100, 8]);
});

test('skips only the event that PostgreSQL refuses', async () => {
  const store = new FakeStore();
  const { writer, reported } = openWriter(store);
  const before = addMany(writer, 3);
  const bad = event('bad');
  writer.add(bad, false);
  const after = addMany(writer, 3);
  await writer.flush();
  expect([...store.rows.keys()]).toEqual([...before, ...after]);
  expect(reported.bad).toEqual([bad.id]);
  await writer.close();
});

test('aggregates the counts of checks, and retains them during a PostgreSQL outage', async () => {
  const store = new FakeStore();
  store.isUnavailable = true;
  const { writer } = openWriter(store);
  const asked = { tenant: 'acme', hour: '2026-11-27T10:00:00.000Z', action: 'reports:view', count: 1 };
  writer.addAsked({ ...asked, outcome: 'allow' });
  writer.addAsked({ ...asked, outcome: 'allow' });
  writer.addAsked({ ...asked, outcome: 'deny' });
  await expect(writer.flush()).rejects.toThrow('connection refused');
  store.isUnavailable = false;
  await writer.flush();
  expect(store.asked).toEqual([2, 1]);
  await writer.close();
});

test('a file with lines that are not events gives the others, and a folder that does not exist none', async () => {
  const spill = createSpill(join(folder, 'later'));
  expect(await spill.oldest()).toBeUndefined();
  const [first, second] = [event(), event()];
  await spill.write([first, second]);
  const [name = ''] = await readdir(join(folder, 'later'));
  await appendFile(join(folder, 'later', name), '{"id":"cut off\n\nnonsense\n');
  expect(await spill.oldest()).toMatchObject({ events: [first, second] });
});

test('a folder that cannot be read or written is an error, not an empty folder', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const spill = createSpill(file);
  await expect(spill.oldest()).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(spill.write([event()])).rejects.toMatchObject({ code: 'EEXIST' });
});
