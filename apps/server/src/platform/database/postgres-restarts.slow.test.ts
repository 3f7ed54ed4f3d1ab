import { expect, test } from 'vitest';
import { restartPostgres } from '../../testing/postgres-restarts.ts';
import { maxConnections } from './open-database.ts';

test('PostgreSQL is killed and restarted under load: no server ends, no acknowledged delivery is lost, connections stay bounded', async () => {
  const report = await restartPostgres({ restarts: 4, perSecond: 100 });
  const perServer = Object.values(maxConnections).reduce((sum, count) => sum + count, 0);
  expect(report).toMatchObject({ lost: 0, exited: 0 });
  expect(report.acknowledged).toBeGreaterThan(50);
  expect(report.recoveries).toHaveLength(4);
  expect(report.connections).toBeLessThanOrEqual(2 * perServer);
}, 300_000);
