import { useQueryClient } from '@tanstack/react-query';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';
import type { Decision, ReviewRow, RowsPage } from './review.ts';

/** The maximum number of rows in one call. */
const mostRows = 500;

export interface Choice {
  readonly decision: Decision;
  readonly newRole?: string | undefined;
  readonly reason?: string | undefined;
}

type RowVersion = Pick<ReviewRow, 'position' | 'revision'>;

/** Decides rows of a review, and withdraws decisions. The page shows them before the server has stored them. */
export function useDecideRows(id: string) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const queryClient = useQueryClient();
  const notifyFailure = useFailureNotice();
  const { mutateAsync } = trpc.reviews.decide.useMutation();

  const changeRows = (change: (row: ReviewRow) => ReviewRow): unknown =>
    queryClient.setQueriesData<RowsPage>(
      { queryKey: [['reviews', 'rows']], predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(id) },
      (page) => page && { ...page, items: page.items.map(change) },
    );
  /** Returns a function that rolls it back, but no other decision. */
  const show = (rows: readonly RowVersion[], choice: Choice | null): (() => void) => {
    const positions = new Set(rows.map(({ position }) => position));
    const changes = {
      decision: choice?.decision ?? null,
      newRole: choice?.newRole ?? null,
      reason: choice?.reason ?? null,
      decidedBy: null,
      decidedAt: null,
    };
    const before = new Map<number, ReviewRow>();
    changeRows((row) => {
      if (!positions.has(row.position)) return row;
      before.set(row.position, row);
      return { ...row, ...changes, revision: row.revision + 1 };
    });
    return () => changeRows((row) => before.get(row.position) ?? row);
  };

  /** Returns the number of stored rows, or `null` on failure. */
  const send = async (rows: readonly RowVersion[], choice: Choice | null): Promise<number | null> => {
    // Its undo action belongs to the previous decision.
    notify(null);
    await utils.reviews.rows.cancel();
    const rollBack = show(rows, choice);
    let outdated = 0;
    try {
      for (let at = 0; at < rows.length; at += mostRows) {
        const some = rows.slice(at, at + mostRows).map(({ position, revision }) => ({ position, revision }));
        // oxlint-disable-next-line no-await-in-loop -- one call after another
        const answer = await mutateAsync({ id, rows: some, ...(choice ?? { decision: null }) });
        outdated += answer.outdated.length;
      }
    } catch (error) {
      rollBack();
      notifyFailure(t('reviews.failed.decide'), error, {
        REVIEW_STATUS: t('reviews.failed.closed'),
        OWN_REVIEW: t('reviews.own'),
        REASON_REQUIRED: t('reviews.reasonMissing'),
      });
      void utils.reviews.invalidate();
      return null;
    }
    void utils.reviews.invalidate();
    if (outdated > 0) notify({ tone: 'failed', text: t('reviews.outdated', { count: outdated }) });
    return rows.length - outdated;
  };

  const withdraw = async (rows: readonly RowVersion[]): Promise<void> => {
    await send(rows, null);
  };
  return {
    withdraw,
    /** Returns whether all rows are stored. */
    async decide(rows: readonly RowVersion[], choice: Choice, onFailed = () => {}): Promise<boolean> {
      const stored = await send(rows, choice);
      if (stored === null) onFailed();
      if (stored !== rows.length) return false;
      notify({
        tone: 'done',
        text: t(`reviews.decided.${choice.decision}`, { count: stored }),
        action: {
          label: t('undo'),
          run: () =>
            void withdraw(rows.map(({ position, revision }) => ({ position, revision: revision + 1 }))),
        },
      });
      return true;
    },
  };
}
export type DecideRows = ReturnType<typeof useDecideRows>;
