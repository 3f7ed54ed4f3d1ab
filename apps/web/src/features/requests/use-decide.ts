import { isTRPCClientError } from '@trpc/client';
import { useState } from 'react';
import * as z from 'zod/mini';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { useTranslation } from 'react-i18next';
import type { DecidedRequest } from './request-types.ts';

/** Why a request cannot be approved as it is, with texts of their own. */
const obstacles = ['ALREADY_HELD', 'ROLE_MANAGED_IN_LOGTO', 'OWN_REQUEST', 'REPORT_NOT_FOUND'] as const;

/** `details` of the error `REQUEST_DECIDED`. */
const Decided = z.object({
  latchkey: z.object({
    details: z.object({
      status: z.enum(['approved', 'refused', 'withdrawn']),
      decidedBy: z.nullable(z.object({ key: z.string(), name: z.nullable(z.string()) })),
      decidedAt: z.nullable(z.string()),
    }),
  }),
});

export interface Decide {
  /** Of the request. */
  readonly id: string;
  /** Seconds for less than was asked for. */
  readonly approve: (duration?: number) => void;
  readonly refuse: (note: string) => void;
  readonly isPending: boolean;
  /** Why the last try was refused. */
  readonly obstacle: (typeof obstacles)[number] | null;
}

/** What is known of a request after a decision. */
export type Outcome = Pick<DecidedRequest, 'status' | 'decidedBy' | 'decidedAt'> & Partial<DecidedRequest>;

/** Decides one request. `onDecided` gets what is true then: the own decision, or the one that somebody else made before. */
export function useDecide(id: string, onDecided: (outcome: Outcome) => void): Decide {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [obstacle, setObstacle] = useState<Decide['obstacle']>(null);
  const handlers = {
    onMutate: () => setObstacle(null),
    onSuccess: onDecided,
    onError: (error: unknown) => {
      const earlier = isTRPCClientError(error) ? Decided.safeParse(error.data).data : undefined;
      const code = errorCodeOf(error);
      const known = obstacles.find((one) => one === code) ?? null;
      setObstacle(known);
      if (earlier !== undefined) onDecided(earlier.latchkey.details);
      else if (known === null) notifyFailure(t('requests.failed.decide'), error);
    },
    onSettled: () => utils.requests.invalidate(),
  };
  const approve = trpc.requests.approve.useMutation(handlers);
  const refuse = trpc.requests.refuse.useMutation(handlers);
  return {
    id,
    approve: (duration) => approve.mutate({ id, duration }),
    refuse: (note) => refuse.mutate({ id, note: note.trim() === '' ? undefined : note.trim() }),
    isPending: approve.isPending || refuse.isPending,
    obstacle,
  };
}
