import { z } from 'zod';
import type { CommandDeps } from '../command-deps.ts';
import { request } from '../http/request.ts';

const MetricsEnvironment = z.object({
  METRICS_PORT: z.string().optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
});

/** Describes the deliveries from the server's metrics, which need no token, unlike its API. */
export async function describeMetrics({ env }: Pick<CommandDeps, 'env'>): Promise<string> {
  const { METRICS_PORT: port, METRICS_HOST: host } = env(MetricsEnvironment);
  if (port === undefined)
    return "While Logto is unavailable, only the server's metrics show its deliveries: set METRICS_PORT.";
  const url = `http://${host}:${port}/metrics`;
  const response = await request(url);
  if (typeof response === 'string') return `${url} does not answer: ${response}.`;
  const read = (name: string): number | undefined => {
    const value = new RegExp(`^latchkey_${name} (\\S+)$`, 'm').exec(response.text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const waiting = read('inbox_deliveries');
  if (waiting === undefined) return `${url} has no metrics of a Latchkey server.`;
  const age = Math.round(read('inbox_oldest_age_seconds') ?? 0);
  const paused = read('sync_paused') === 1 ? ' Sync is paused.' : '';
  return `Deliveries, from ${url}: ${waiting} waiting${waiting > 0 ? `, the oldest for ${age} s` : ''}, ${read('dead_letters') ?? 0} dead letters.${paused}`;
}
