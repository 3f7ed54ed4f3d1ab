import { notifyManager } from '@tanstack/react-query';
import { isTRPCClientError } from '@trpc/client';
import { useEffect, useState } from 'react';
import * as v from 'valibot';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../shared/failure.tsx';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { DecidedRequest } from './request-facts.tsx';

/** The codes of refused approvals that have their own message. */
const obstacles = [
  'ALREADY_HELD',
  'ROLE_MANAGED_IN_LOGTO',
  'OWN_REQUEST',
  'REPORT_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'ROLE_ENDING',
  'PERSON_NOT_FOUND',
  'MEMBER_SUSPENDED',
  'NOT_CLEARED',
  'REQUEST_WITHOUT_EFFECT',
] as const;

/** `details` of the error `REQUEST_DECIDED`. */
const Decided = v.object({
  latchkey: v.object({
    details: v.object({
      status: v.picklist(['approved', 'refused', 'withdrawn']),
      decidedBy: v.nullable(v.object({ key: v.string(), name: v.nullable(v.string()) })),
      decidedAt: v.nullable(v.string()),
    }),
  }),
});

/** Milliseconds for which undo is offered. The server accepts it for slightly longer. */
const undoTime = 10_000;

export interface Decide {
  readonly id: string;
  /** Approves the request; with `duration`, for fewer seconds than requested. */
  readonly approve: (duration?: number) => void;
  readonly refuse: (note: string) => void;
  readonly isPending: boolean;
  readonly obstacle: (typeof obstacles)[number] | null;
  /** Undoes the user's own decision. `null` before the decision and after the time limit. */
  readonly undo: (() => void) | null;
}

interface DecideEvents {
  /** Called with the decision that takes effect: this user's, or an earlier one by another approver. */
  readonly onDecided: (outcome: Outcome) => void;
  /** Called when the request is open again and has been refetched. */
  readonly onUndone: () => void;
}

export type Outcome = Pick<DecidedRequest, 'status' | 'decidedBy' | 'decidedAt'> & Partial<DecidedRequest>;

export function useDecide(id: string, { onDecided, onUndone }: DecideEvents): Decide {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [obstacle, setObstacle] = useState<Decide['obstacle']>(null);
  const [madeAt, setMadeAt] = useState<string | null>(null);
  useEffect(() => {
    if (madeAt === null) return undefined;
    const timer = setTimeout(() => setMadeAt(null), undoTime);
    return () => clearTimeout(timer);
  }, [madeAt]);
  const handlers = {
    onMutate: () => setObstacle(null),
    onSuccess: (decided: DecidedRequest) => {
      // A request that needs another approval is still open.
      setMadeAt(decided.decidedAt ?? decided.approvals.at(-1)?.at ?? null);
      if (decided.status !== 'open') onDecided(decided);
    },
    onError: (error: unknown) => {
      const earlier = earlierDecision(error);
      const code = errorCodeOf(error);
      const known = obstacles.find((one) => one === code) ?? null;
      setObstacle(known);
      if (earlier !== undefined) onDecided(earlier);
      else if (known === null)
        notifyFailure(t('requests.failed.decide'), error, {
          DURATION_EXCEEDED: t('requests.durationExceeded'),
        });
    },
    onSettled: () => utils.requests.invalidate(),
  };
  const approve = trpc.requests.approve.useMutation(handlers);
  const refuse = trpc.requests.refuse.useMutation(handlers);
  const undo = trpc.requests.undo.useMutation({
    onMutate: () => setMadeAt(null),
    async onSuccess() {
      await utils.requests.invalidate();
      // Called after the refetched list is rendered, so that the row stays mounted.
      notifyManager.schedule(onUndone);
    },
    onError(error) {
      void utils.requests.invalidate();
      notifyFailure(t('requests.failed.undo'), error, {
        UNDO_EXPIRED: t('requests.notUndone.UNDO_EXPIRED'),
        REQUEST_CHANGED: t('requests.notUndone.REQUEST_CHANGED'),
      });
    },
  });
  return {
    id,
    approve: (duration) => approve.mutate({ id, duration }),
    refuse: (note) => refuse.mutate({ id, note: note.trim() === '' ? undefined : note.trim() }),
    isPending: approve.isPending || refuse.isPending || undo.isPending,
    obstacle,
    undo: madeAt === null ? null : () => undo.mutate({ id, decidedAt: madeAt }),
  };
}

function earlierDecision(error: unknown): Outcome | undefined {
  return isTRPCClientError(error) && v.is(Decided, error.data) ? error.data.latchkey.details : undefined;
}
