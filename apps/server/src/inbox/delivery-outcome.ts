import type { Failure } from '../sync/failure.ts';

/** What became of a delivery; none while it waits for its first look. */
export type DeliveryOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'ignored'; readonly because: 'test' | 'not_handled' }
  | ({ readonly kind: 'error' } & Failure);
