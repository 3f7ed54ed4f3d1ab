import type { AppRole } from '@latchkey/policy';
import { useQueries } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
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

/** The number of people in one call. The server accepts more, but the progress is only known between calls. */
const peopleInCall = 50;

function inCalls<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / peopleInCall) }, (_, index) =>
    items.slice(index * peopleInCall, (index + 1) * peopleInCall),
  );
}

/** Has data once all calls have succeeded. */
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

/** Obstacles to a role change that have their own messages. */
export const obstacles = [
  'ROLE_MANAGED_IN_LOGTO',
  'MEMBER_SUSPENDED',
  'LAST_ADMINISTRATOR',
  'ROLE_ENDING',
] as const;

/** All outages share one message. */
export function useRoleFailure(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    if (code === 'PERSON_NOT_FOUND') return t('members.removal.code.PERSON_NOT_FOUND');
    const obstacle = obstacles.find((one) => one === code);
    return t(obstacle === undefined ? 'members.bulk.unavailable' : `members.obstacle.${obstacle}`);
  };
}

export interface BulkResult {
  readonly made: BulkChange;
  readonly outcomes: readonly Outcome[];
  /** After an undo: for each person, why the undo failed, or `null` if it succeeded. */
  readonly undone: ReadonlyMap<string, string | null> | null;
}

/** The outcome for one person: the server's, or that of a failed call. */
export type OutcomeOf<Item> = Omit<Item, 'code'> & { readonly code: string | null };
type Outcome = OutcomeOf<Outputs['members']['bulkChange'][number]>;

export interface Progress {
  readonly done: number;
  readonly count: number;
}

const noResponse = 'UNAVAILABLE';

/** Calls for many people. A failed call does not stop the others. */
export function useCalls() {
  const [progress, setProgress] = useState<Progress | null>(null);
  /** `failed` creates the outcome of each person in a failed call. */
  const run = async <Item, Out>(
    items: readonly Item[],
    send: (some: Item[]) => Promise<readonly Out[]>,
    failed: (item: Item, code: string) => Out,
  ): Promise<Out[]> => {
    const outcomes: Out[] = [];
    setProgress({ done: 0, count: items.length });
    for (const some of inCalls(items)) {
      /* oxlint-disable no-await-in-loop -- in order, with progress */
      try {
        outcomes.push(...(await send([...some])));
      } catch (error) {
        outcomes.push(...some.map((item) => failed(item, errorCodeOf(error) ?? noResponse)));
      }
      /* oxlint-enable no-await-in-loop */
      setProgress({ done: outcomes.length, count: items.length });
    }
    setProgress(null);
    return outcomes;
  };
  return { progress, run };
}

export function useBulkChange() {
  const { api } = useRouteContext({ from: '/console' });
  const { progress, run } = useCalls();
  const [result, setResult] = useState<BulkResult | null>(null);
  const change = trpc.members.bulkChange.useMutation();
  const undo = trpc.members.bulkUndo.useMutation();
  const changeAll = async ({ role, change: kind, duration }: BulkChange, subjects: readonly string[]) => {
    const outcomes = await run<string, Outcome>(
      subjects,
      (some) => change.mutateAsync({ role, change: kind, duration, subjects: some }),
      (subject, code) => ({ subject, before: null, isChanged: false, code }),
    );
    void api.refetch();
    return outcomes;
  };

  return {
    progress,
    result,
    forget: () => setResult(null),
    async change(made: BulkChange) {
      const outcomes = await changeAll(
        made,
        made.people.map(({ subject }) => subject),
      );
      setResult({ made, outcomes, undone: null });
    },
    async retry({ made, outcomes }: BulkResult) {
      const failed = outcomes.filter(({ code }) => code !== null).map(({ subject }) => subject);
      const again = new Map((await changeAll(made, failed)).map((one) => [one.subject, one]));
      setResult({ made, outcomes: outcomes.map((one) => again.get(one.subject) ?? one), undone: null });
    },
    async undo({ made, outcomes }: BulkResult) {
      const changed = outcomes.filter(({ isChanged }) => isChanged);
      const undone = await run<Outcome, { readonly subject: string; readonly code: string | null }>(
        changed,
        (some) =>
          undo.mutateAsync({
            role: made.role,
            members: some.map(({ subject, before }) => ({ subject, before })),
          }),
        ({ subject }, code) => ({ subject, code }),
      );
      void api.refetch();
      setResult({ made, outcomes, undone: new Map(undone.map(({ subject, code }) => [subject, code])) });
    },
  };
}
