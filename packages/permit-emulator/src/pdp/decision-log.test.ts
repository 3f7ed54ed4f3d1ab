import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDecisionLog } from './decision-log.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'decisions-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const decision = (id: number) => ({
  id: String(id),
  timestamp: new Date(id).toISOString(),
  environment_id: 'dev',
  query: { user: { key: 'ann' }, action: 'read', resource: { type: 'doc' } },
  result: { allow: true, allowing_sources: [] },
});

test('the last decisions are kept, and the files do not grow without end', async () => {
  const log = createDecisionLog({ dir, capacity: 10 });
  for (let id = 0; id < 95; id++) {
    log.add(decision(id));
    await turn();
  }
  log.close();
  const ids = (reopened: typeof log) => reopened.list('dev').map(({ id }) => Number(id));
  expect(ids(createDecisionLog({ dir, capacity: 10 }))).toEqual([94, 93, 92, 91, 90, 89, 88, 87, 86, 85]);
  const lines = readdirSync(dir).flatMap((file) => readFileSync(join(dir, file), 'utf8').trim().split('\n'));
  expect(lines.length).toBeLessThanOrEqual(20);
});

test('a torn line is left out', () => {
  const log = createDecisionLog({ dir });
  log.add(decision(1));
  log.close();
  appendFileSync(join(dir, 'decisions.jsonl'), '{"id":"2","timest');
  expect(createDecisionLog({ dir }).list('dev')).toHaveLength(1);
});

test('a folder that is gone costs the log, not the process', async () => {
  const log = createDecisionLog({ dir });
  rmSync(dir, { recursive: true });
  log.add(decision(1));
  await turn();
  log.close();
  expect(log.list('dev')).toHaveLength(1);
});
