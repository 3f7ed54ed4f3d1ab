import type { ListedDelivery } from './sync-api-types.ts';

const because = { test: "Logto's test", not_handled: 'changes nobody' } as const;

/** Why a delivery was ignored, or why its last attempt failed. Empty for other outcomes. */
export function describeOutcome({ outcome }: Pick<ListedDelivery, 'outcome'>): string {
  if (outcome?.kind === 'ignored') return because[outcome.because];
  return outcome?.kind === 'error' ? describeFailure(outcome) : '';
}

/** Describes a failed attempt: `PERMIT_REFUSED 422: …`. */
export function describeFailure(failure: {
  readonly code: string;
  readonly status?: number | null;
  readonly detail: string;
}): string {
  const { code, status, detail } = failure;
  return `${code}${status == null ? '' : ` ${status}`}: ${detail}`;
}
