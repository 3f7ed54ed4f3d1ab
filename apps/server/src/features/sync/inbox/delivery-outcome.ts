import type { Failure } from '../failure.ts';

/** The outcome of a delivery; null until its first attempt has ended. */
export type DeliveryOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'ignored'; readonly because: 'test' | 'not_handled' }
  | ({ readonly kind: 'error' } & Failure);
