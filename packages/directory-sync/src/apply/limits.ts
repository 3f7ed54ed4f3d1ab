/** The kinds of calls for which Permit has separate rate limits. */
export type CallKind = 'read' | 'write' | 'delete' | 'bulk';

/** Calls per minute by kind; `Infinity` for no limit. */
export type Limits = Readonly<Record<CallKind, number>>;

/**
 * The lowest limits that Permit has documented, in calls per minute: 3,000 reads, 300 writes, 60 deletes, 10 bulk
 * calls. Source: Permit docs, Rate Limiting, https://docs.permit.io/api/api-with-cli (3,000 calls to `/v2/facts` per
 * minute, 100 bulk calls per ten minutes); an earlier version of the docs listed 300 writes and 60 deletes per minute.
 */
export const cautiousLimits: Limits = { read: 3_000, write: 300, delete: 60, bulk: 10 };

/** No limits: for emulators and self-hosted Permit. */
export const noLimits: Limits = { read: Infinity, write: Infinity, delete: Infinity, bulk: Infinity };
