import type { Logto } from '../logto.ts';
import type { Delivery } from '../webhooks/deliveries.ts';
import { paged } from './paging.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { timeWindowOf } from './time-window.ts';

const day = 24 * 60 * 60 * 1000;
/** PostgreSQL's `jsonb` does not keep the order of keys: shorter keys come first, then bytewise order. */
function asJsonb(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonb);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length - right.length || Buffer.compare(left, right);
  });
  return Object.fromEntries(entries.map(([key, item]) => [key, asJsonb(item)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A delivery in the format of Logto's audit log: the result of the last attempt. */
function showLog({ id, hookId, event, body, attempts, finishedAt }: Delivery): unknown {
  const last = attempts.at(-1);
  const response = last?.response;
  const key = `TriggerHook.${event}`;
  return {
    id,
    key,
    payload: asJsonb({
      key,
      result: last?.error == null ? 'Success' : 'Error',
      ...(last?.error == null ? {} : { error: last.error }),
      ...(response == null ? {} : { response: { statusCode: response.status, body: parsed(response.body) } }),
      hookId,
      hookRequest: { body: parsed(body) },
    }),
    createdAt: finishedAt,
  };
}

/** Statistics of the last 24 hours. */
export function executionStats({ webhooks, clock }: Logto, hookId: string) {
  const recent = webhooks.deliveries
    .ofHook(hookId)
    .filter(({ finishedAt }) => finishedAt > clock.now() - day);
  return {
    requestCount: recent.length,
    successCount: recent.filter(({ attempts }) => attempts.at(-1)?.error == null).length,
  };
}

function recentLogs(call: Call): Answer {
  const { logto, params, query } = call;
  const { start, end } = timeWindowOf(query);
  const logKey = query.get('logKey');
  const from = start ?? (end === undefined ? logto.clock.now() - day : 0);
  const logs = logto.webhooks.deliveries
    .ofHook(params['id'] ?? '')
    .filter(
      ({ finishedAt, event }) =>
        finishedAt >= from &&
        finishedAt <= (end ?? Infinity) &&
        (!logKey || logKey === `TriggerHook.${event}`),
    );
  return paged(call, logs, showLog);
}

export const hookLogRoutes: readonly Route[] = [
  route('GET /hooks/:id/recent-logs', { pages: true }, recentLogs),
];
