import type { ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { OutcomeLine } from '../../shared/outcome-line.tsx';
import { OutcomeList } from './outcome-lines.tsx';

export type Leaving = Outputs['members']['removePreview'][number];
type Outcome = Outputs['members']['remove'][number];
export type Action = Outcome['done'][number];

/** Codes that have their own messages. All outages share one message, and can be retried. */
const codes = [
  'PERSON_NOT_FOUND',
  'OWN_ACCESS',
  'MEMBER_IS_MACHINE',
  'LAST_ADMINISTRATOR',
  'LAST_OWNER',
  'NEW_OWNER_INVALID',
  'SESSIONS_NOT_SUPPORTED',
  'SYNC_NOT_CONFIGURED',
] as const;

export interface Result {
  readonly people: readonly Leaving[];
  readonly actions: readonly Action[];
  readonly newOwner?: string | undefined;
  readonly outcomes: readonly Outcome[];
}

export function useRemoveCallbacks(): {
  readonly onError: (error: unknown) => void;
  readonly onSettled: () => Promise<unknown>;
} {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  return {
    onError: (error) =>
      notifyFailure(t('members.removal.failed'), error, {
        NEW_OWNER_INVALID: t('members.removal.code.NEW_OWNER_INVALID'),
      }),
    // Does not refetch the person's page, which is open below the outcomes: the person may no longer be a member.
    onSettled: () => Promise.all([utils.members.list.invalidate(), utils.members.counts.invalidate()]),
  };
}

export function Outcomes(props: {
  readonly result: Result;
  readonly onRetried: (result: Result) => void;
  readonly onDone: () => void;
}): ReactNode {
  const { result, onRetried, onDone } = props;
  const { people, actions, newOwner, outcomes } = result;
  const { t, i18n } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const remove = trpc.members.remove.useMutation(useRemoveCallbacks());
  const restore = trpc.members.restore.useMutation({
    onError: (error) => notifyFailure(t('members.removal.undoFailed'), error),
    onSettled: () => Promise.all([utils.members.invalidate(), utils.person.invalidate()]),
  });
  const failed = outcomes.filter(({ code }) => code !== null && !isKnown(code));
  const removals = outcomes.flatMap(({ removal, done }) =>
    removal === null || done.length === 0 ? [] : [removal],
  );
  const undone = new Map(restore.data?.map((one) => [one.removal, one]));
  const isBusy = remove.isPending || restore.isPending;
  const lineOf = ({ removal, done, code }: Outcome): ReactNode => {
    const back = undone.get(removal ?? '');
    if (back !== undefined)
      return back.code !== null ? (
        <Failure code={back.code} />
      ) : (
        <OutcomeLine
          look="done"
          text={
            back.skipped === 0
              ? t('members.removal.restored')
              : t('members.removal.restoredExcept', { count: back.skipped })
          }
        />
      );
    return (
      <>
        {done.length > 0 && (
          <OutcomeLine
            look="done"
            text={i18n.list(done.map((action) => t(`members.removal.done.${action}`)))}
          />
        )}
        {code !== null && <Failure code={code} />}
      </>
    );
  };
  const retry = (): void =>
    remove.mutate(
      { subjects: failed.map(({ subject }) => subject), actions: [...actions], newOwner },
      {
        onSuccess: (again) => {
          const latest = new Map(again.map((one) => [one.subject, one]));
          onRetried({ ...result, outcomes: outcomes.map((one) => latest.get(one.subject) ?? one) });
        },
      },
    );
  const canRetry = failed.length > 0 && restore.data === undefined;
  const canUndo = removals.length > 0 && restore.data === undefined;
  return (
    <OutcomeList
      people={people}
      outcomes={outcomes}
      lineOf={lineOf}
      isBusy={isBusy}
      onDone={onDone}
      onRetry={canRetry ? retry : undefined}
      onUndo={canUndo ? () => restore.mutate({ removals }) : undefined}
    />
  );
}

export function Failure({ code }: { readonly code: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <OutcomeLine
      look="failed"
      text={t(isKnown(code) ? `members.removal.code.${code}` : 'members.removal.unavailable')}
    />
  );
}

function isKnown(code: string): code is (typeof codes)[number] {
  return codes.some((known) => known === code);
}
