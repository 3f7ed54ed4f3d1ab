import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, test } from 'vitest';
import { auditEvents } from '../features/audit/tables.ts';
import { members } from '../features/members/tables.ts';
import { reports } from '../features/reports/tables.ts';
import { freshDatabase } from './fresh-database.ts';

const day = 86_400_000;

test('law: in the demo data, nobody does anything after their last sign-in, or before they joined', async () => {
  const databaseUrl = await freshDatabase();
  const db = drizzle(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'past-'));
  try {
    const now = Date.now();
    // Days since a user joined, and since their last sign-in.
    const people = [
      [900, 214],
      [500, 80],
      [400, 33],
      [20, 2],
      [300, 0],
      [300, null],
    ] as const;
    const rows = people.map(([came, lastSignIn], index) => ({
      tenant: 'default',
      subject: `person-${index}`,
      kind: 'person' as const,
      status: 'active' as const,
      sources: ['default' as const],
      searchText: '',
      sortName: '',
      readAt: new Date(now),
      roles: ['viewer'],
      createdAt: new Date(now - came * day),
      lastSignInAt: lastSignIn === null ? null : new Date(now - lastSignIn * day),
    }));
    await db.insert(members).values(rows);
    const at = new Date(now - 90 * day);
    const content = { generatedAt: at.toISOString(), members: [] };
    const report = { tenant: 'default', title: 'Old', kind: 'access-review', status: 'published' } as const;
    await db.insert(reports).values({
      ...report,
      id: crypto.randomUUID(),
      ownerKey: 'person-4',
      content,
      createdAt: at,
      publishedAt: at,
    });
    const file = join(folder, 'past.json');
    const moments = [{ from: now - 1_000, until: now, to: now - 92 * day }];
    writeFileSync(file, JSON.stringify({ databaseUrl, moments }));
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'move-to-past.ts'), file]);
    const events = await db.select().from(auditEvents);
    const actors = Map.groupBy(events, ({ actor }) => actor);
    expect(new Set(actors.keys())).toEqual(new Set(['person-1', 'person-2', 'person-3', 'person-4']));
    for (const { subject, createdAt, lastSignInAt } of rows) {
      // A visit takes a minute at most.
      const last = (lastSignInAt?.getTime() ?? 0) + 60_000;
      const times = (actors.get(subject) ?? []).map((event) => event.at.getTime());
      expect(times.filter((time) => time > last || time < createdAt.getTime())).toEqual([]);
    }
  } finally {
    await db.$client.end();
    rmSync(folder, { recursive: true });
  }
});
