import type { LogtoManagement } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { AccountStatus, Revocations } from '../revocations/revocations.ts';
import { failureOf, isRetryable } from '../failure.ts';
import type { DeliveryStore } from '../inbox/delivery-store.ts';
import type { StatusJob, SubjectResult } from './sync-queues.ts';

export interface CheckStatusDeps {
  readonly logto: Pick<LogtoManagement, 'user' | 'isApplication'>;
  readonly revocations: Pick<Revocations, 'recordsOf' | 'record'>;
}

/** Maximum number of attempts. A status that changes during each of them is left to the job of the next delivery. */
const maxAttempts = 3;

/**
 * Records whether a user is active, suspended or gone in Logto. Does not call Permit, whose limits would delay it.
 * @throws {LogtoApiError}
 */
export function createCheckStatus({ logto, revocations }: CheckStatusDeps): (id: string) => Promise<void> {
  return async (id) => {
    /* oxlint-disable no-await-in-loop -- repeated only when the record changed in the meantime */
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const seenRevision = (await revocations.recordsOf([id])).get(id)?.revision ?? 0;
      const status = await statusOf(id, logto);
      if (await revocations.record(id, status, { seenRevision })) return;
    }
    /* oxlint-enable no-await-in-loop */
  };
}

/** Reads the status of an account. A machine is always active: it cannot be suspended or deleted like a user. */
async function statusOf(id: string, logto: CheckStatusDeps['logto']): Promise<AccountStatus> {
  const user = await logto.user(id);
  if (user === undefined) return (await logto.isApplication(id)) ? 'active' : 'gone';
  return user.isSuspended === true ? 'suspended' : 'active';
}

export interface ProcessStatusCheckDeps {
  readonly checkStatus: (id: string) => Promise<void>;
  readonly deliveries: Pick<DeliveryStore, 'failNewest'>;
  readonly log: Logger;
}

/** A permanent failure makes the newest delivery about the user a dead letter. */
export function createProcessStatusCheck({ checkStatus, deliveries, log }: ProcessStatusCheckDeps) {
  return async ({ user, isLast }: StatusJob & { readonly isLast: boolean }): Promise<SubjectResult> => {
    try {
      await checkStatus(user);
      return 'done';
    } catch (error) {
      const permanent = isLast || !isRetryable(error);
      const failure = failureOf(error);
      const subject = `user:${user}`;
      if (permanent) await deliveries.failNewest(subject, failure);
      const { code, status, detail } = failure;
      log.error({ subject, code, status, permanent }, 'the status of a user could not be checked');
      return { retry: !permanent, reason: detail };
    }
  };
}
