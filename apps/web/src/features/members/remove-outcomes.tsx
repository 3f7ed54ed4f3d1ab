import { useState, type ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { OutcomeLine } from '../../shared/outcome-line.tsx';
import { useCalls, type OutcomeOf } from './bulk.ts';
import { OutcomeList } from './outcome-lines.tsx';

export type Leaving = Outputs['members']['removePreview'][number];
type Outcome = OutcomeOf<Outputs['members']['remove'][number]>;
type Undone = OutcomeOf<Outputs['members']['restore'][number]>;
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

interface WantedRemoval {
  readonly actions: readonly Action[];
  readonly newOwner: string | undefined;
}

interface RemovalResult {
  readonly people: readonly Leaving[];
  readonly wanted: WantedRemoval;
  readonly outcomes: readonly Outcome[];
  /** After an undo, by the id of the removal. */
  readonly undone: ReadonlyMap<string, Undone> | null;
}

export function useRemoval() {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const { progress, run } = useCalls();
  const [result, setResult] = useState<RemovalResult | null>(null);
  const remove = trpc.members.remove.useMutation({
    onError: (error) =>
      notifyFailure(t('members.removal.failed'), error, {
        NEW_OWNER_INVALID: t('members.removal.code.NEW_OWNER_INVALID'),
      }),
    // Does not refetch the person's page, which is open below the outcomes: the person may no longer be a member.
    onSettled: () => Promise.all([utils.members.list.invalidate(), utils.members.counts.invalidate()]),
  });
  const restore = trpc.members.restore.useMutation({
    onError: (error) => notifyFailure(t('members.removal.undoFailed'), error),
    onSettled: () => Promise.all([utils.members.invalidate(), utils.person.invalidate()]),
  });
  const removeAll = (subjects: readonly string[], { actions, newOwner }: WantedRemoval) =>
    run<string, Outcome>(
      subjects,
      (some) => remove.mutateAsync({ subjects: some, actions: [...actions], newOwner }),
      (subject, code) => ({ subject, removal: null, done: [], code }),
    );
  return {
    progress,
    result,
    forget: () => setResult(null),
    async remove(people: readonly Leaving[], wanted: WantedRemoval) {
      const leaving = people.filter(({ obstacle }) => obstacle === null).map(({ subject }) => subject);
      setResult({ people, wanted, outcomes: await removeAll(leaving, wanted), undone: null });
    },
    async retry(last: RemovalResult, subjects: readonly string[]) {
      const again = new Map((await removeAll(subjects, last.wanted)).map((one) => [one.subject, one]));
      setResult({ ...last, outcomes: last.outcomes.map((one) => again.get(one.subject) ?? one) });
    },
    async undo(last: RemovalResult, removals: readonly string[]) {
      const undone = await run<string, Undone>(
        removals,
        (some) => restore.mutateAsync({ removals: some }),
        (removal, code) => ({ removal, subject: null, skipped: 0, code }),
      );
      const latest = undone.map((one) => [one.removal, one] as const);
      setResult({ ...last, undone: new Map([...(last.undone ?? []), ...latest]) });
    },
  };
}

export function Outcomes(props: {
  readonly result: RemovalResult;
  readonly removal: ReturnType<typeof useRemoval>;
  readonly onDone: () => void;
}): ReactNode {
  const { result, removal: all, onDone } = props;
  const { people, outcomes, undone } = result;
  const { t } = useTranslation();
  const failed = outcomes.filter(({ code }) => code !== null && !isKnown(code));
  const toUndo = outcomes.flatMap(({ removal, done }) => {
    if (removal === null || done.length === 0) return [];
    const code = undone?.get(removal)?.code;
    return code === undefined || (code !== null && !isKnown(code)) ? [removal] : [];
  });
  const lineOf = ({ removal, done, code }: Outcome): ReactNode => {
    const back = undone?.get(removal ?? '');
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
        {done.map((action) => (
          <OutcomeLine key={action} look="done" text={t(`members.removal.done.${action}`)} />
        ))}
        {code !== null && <Failure code={code} />}
      </>
    );
  };
  const canRetry = failed.length > 0 && undone === null;
  return (
    <OutcomeList
      people={people}
      outcomes={outcomes}
      lineOf={lineOf}
      progress={all.progress}
      onDone={onDone}
      onRetry={
        canRetry
          ? () =>
              void all.retry(
                result,
                failed.map(({ subject }) => subject),
              )
          : undefined
      }
      onUndo={toUndo.length > 0 ? () => void all.undo(result, toUndo) : undefined}
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
