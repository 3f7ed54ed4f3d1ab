import { z } from 'zod';
import type { Logto } from '../logto.ts';
import type { Delivery } from '../webhooks/webhooks.ts';
import { input } from './input.ts';
import { paged } from './paging.ts';
import { RequestError, found } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

/** Milliseconds. */
interface TimeWindow {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const time = Number(given);
  if (!Number.isFinite(time)) throw new RequestError('guard.invalid_input', 400, { type: name });
  return time;
}

/** @throws RequestError 400 when a time is not a number, or the window ends before it starts */
function timeWindowOf(query: URLSearchParams): TimeWindow {
  const [start, end] = [timeOf(query, 'start_time'), timeOf(query, 'end_time')];
  if (start !== undefined && end !== undefined && start > end)
    throw new RequestError('log.invalid_time_window');
  return { start, end };
}

const query = z.object({
  userId: z.string().optional(),
  applicationId: z.string().optional(),
  logKey: z.string().optional(),
});

function listLogs(call: Call): Answer {
  const wanted = input(query, Object.fromEntries(call.query), 'query');
  const { start = 0, end = Infinity } = timeWindowOf(call.query);
  const logs = call.logto.auditLog
    .list()
    .filter(
      ({ key, payload, createdAt }) =>
        (!wanted.logKey || wanted.logKey === key) &&
        (!wanted.userId || wanted.userId === payload.userId) &&
        (!wanted.applicationId || wanted.applicationId === payload.applicationId) &&
        createdAt >= start &&
        createdAt <= end,
    );
  return paged(call, logs);
}

const day = 24 * 60 * 60 * 1000;
/** Orders keys as PostgreSQL's `jsonb` does: shorter keys first, then bytewise. */
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

/** The result is that of the last attempt. */
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

/** The last 24 hours. */
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

export const logRoutes: readonly Route[] = [
  route('GET /logs', { pages: true }, listLogs),
  route('GET /logs/:id', ({ logto, params }) => ({
    body: found(logto.auditLog.get(params['id'] ?? ''), params['id'], 'logs'),
  })),
  route('GET /hooks/:id/recent-logs', { pages: true }, recentLogs),
];
