import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('./migrations/', import.meta.url);

/** Nothing was released before this migration, so no older server could run beside a newer one. */
const lastBeforeTheFirstRelease = '0030';

const taking =
  /\b(drop (table|column|type|constraint)|rename (to|column|constraint)|set not null|set data type|alter column \S+ type|truncate)\b/i;
const required = /\badd column(?! if)(?=[^;]*\bnot null\b)(?![^;]*\b(default|generated)\b)/i;

function fault(sql: string): string | undefined {
  // The first line asserts, after a review, that the previous release no longer uses what is removed.
  if (sql.startsWith('-- contract: ')) return undefined;
  return (taking.exec(sql) ?? required.exec(sql))?.[0];
}

test('migrations only add, so that two releases work on one database during a rolling update', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  expect(files.length).toBeGreaterThan(30);
  const faults = files
    .filter((name) => name.slice(0, 4) > lastBeforeTheFirstRelease)
    .map((name) => [name, fault(readFileSync(new URL(name, folder), 'utf8'))])
    .filter(([, found]) => found !== undefined);
  expect(faults).toEqual([]);
});

test.each([
  ['ALTER TABLE "a" ADD COLUMN "b" text;', undefined],
  ['ALTER TABLE "a" ADD COLUMN "b" boolean DEFAULT false NOT NULL;', undefined],
  ['CREATE TABLE "a" ("b" text NOT NULL);\nDROP INDEX "c";', undefined],
  ['-- contract: unused since 0.1.0\nALTER TABLE "a" DROP COLUMN "b";', undefined],
  ['ALTER TABLE "a" ADD COLUMN "b" text NOT NULL;', 'ADD COLUMN'],
  ['ALTER TABLE "a" DROP COLUMN "b";', 'DROP COLUMN'],
  ['ALTER TABLE "a" RENAME COLUMN "b" TO "c";', 'RENAME COLUMN'],
  ['ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;', 'SET NOT NULL'],
  ['ALTER TABLE "a" ALTER COLUMN "b" SET DATA TYPE bigint;', 'SET DATA TYPE'],
])('%s: %s', (sql, expected) => {
  expect(fault(sql)).toBe(expected);
});
