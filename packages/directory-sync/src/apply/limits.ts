/** The kinds of calls that Permit counts separately. */
export type CallKind = 'read' | 'write' | 'delete' | 'bulk';

/** Calls per minute and kind; `Infinity` for no limit. */
export type Limits = Readonly<Record<CallKind, number>>;

/**
 * The lowest figures that Permit has documented, in calls per minute: 3,000 reads, 300 writes, 60 deletes, 10 bulk calls.
 * Source: Permit docs, Rate Limiting, https://docs.permit.io/api/api-with-cli (3,000 calls to `/v2/facts` a minute, 100
 * bulk calls in ten minutes); an earlier version of Permit's docs had 300 writes and 60 deletes a minute.
 */
export const cautiousLimits: Limits = { read: 3_000, write: 300, delete: 60, bulk: 10 };

/** No limit for any kind: for emulators, and for a Permit of one's own. */
export const noLimits: Limits = { read: Infinity, write: Infinity, delete: Infinity, bulk: Infinity };
