import { RequestError } from './request-error.ts';

/** `start_time` and `end_time` of a list of logs, in milliseconds. */
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

/** @throws RequestError 400 when a time is no number, or the window ends before it starts */
export function timeWindowOf(query: URLSearchParams): TimeWindow {
  const [start, end] = [timeOf(query, 'start_time'), timeOf(query, 'end_time')];
  if (start !== undefined && end !== undefined && start > end)
    throw new RequestError('log.invalid_time_window');
  return { start, end };
}
