import { z } from 'zod';
import { input } from './input.ts';
import { paged } from './paging.ts';
import { found } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { timeWindowOf } from './time-window.ts';

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

export const logRoutes: readonly Route[] = [
  route('GET /logs', { pages: true }, listLogs),
  route('GET /logs/:id', ({ logto, params }) => ({
    body: found(logto.auditLog.get(params['id'] ?? ''), params['id'], 'logs'),
  })),
];
