import type { AppRole } from '@latchkey/policy';
import { type Outputs, trpc } from '../../api/trpc.ts';
import { useQueries } from '@tanstack/react-query';
import type { LoadingQuery } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';

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

/** The effect of a change on any number of people, as one query. It has data when all are loaded. */
export function useBulkPreview({
  subjects,
  ...change
}: AskedRole & { readonly subjects: readonly string[] }): LoadingQuery<PreviewedPerson[]> {
  const utils = trpc.useUtils();
  return useQueries({
    queries: inCalls(subjects).map((some) =>
      utils.members.bulkPreview.queryOptions({ ...change, subjects: [...some] }, { gcTime: 0 }),
    ),
    combine: (calls) => ({
      data: calls.every(({ data }) => data !== undefined)
        ? calls.flatMap(({ data = [] }): PreviewedPerson[] => data)
        : undefined,
      error: calls.find(({ error }) => error !== null)?.error ?? null,
      errorUpdateCount: Math.max(...calls.map(({ errorUpdateCount }) => errorUpdateCount)),
      refetch: () => Promise.all(calls.map(({ refetch }) => refetch())),
    }),
  });
}

/** The obstacles to a change of a role, with their own messages. The codes of an outage share one. */
export const obstacles = [
  'ROLE_MANAGED_IN_LOGTO',
  'MEMBER_SUSPENDED',
  'LAST_ADMINISTRATOR',
  'ROLE_ENDING',
] as const;

/** Returns why the role of a person was not changed, by the code. */
export function useRoleFailure(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    if (code === 'PERSON_NOT_FOUND') return t('members.removal.code.PERSON_NOT_FOUND');
    const obstacle = obstacles.find((one) => one === code);
    return t(obstacle === undefined ? 'members.bulk.unavailable' : `members.obstacle.${obstacle}`);
  };
}
