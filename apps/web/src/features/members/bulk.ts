import type { AppRole } from '@latchkey/policy';
import type { Outputs } from '../../api/trpc.ts';

export type PreviewedPerson = Outputs['members']['bulkPreview'][number];

export interface AskedRole {
  readonly role: AppRole;
  readonly change: 'assign' | 'unassign';
}

export interface BulkChange extends AskedRole {
  /** Seconds; `null` for no end. */
  readonly duration: number | null;
  readonly people: readonly PreviewedPerson[];
}

/** The maximum number of people in one call. */
const mostInCall = 50;

export function inCalls<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / mostInCall) }, (_, index) =>
    items.slice(index * mostInCall, (index + 1) * mostInCall),
  );
}
