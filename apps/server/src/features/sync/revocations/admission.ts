import {
  defaultTenant,
  logtoIdOf,
  originAttribute,
  reconcileUser,
  userKey,
  type DirectoryMapping,
  type LogtoManagement,
  type Operation,
  type PermitFacts,
} from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../app-error.ts';
import type { Identity } from '../../../auth/identity.ts';
import type { Revocations } from './revocations.ts';

export interface AdmissionDeps {
  readonly logto: LogtoManagement | undefined;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly revocations: Revocations;
  /** Queues the subject for another reconciliation: a worker may have reconciled it at the same time. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  /** Called with the operations that were applied to Permit. */
  readonly onChange: (operations: readonly Operation[]) => void;
  /** Resolves when the PDP knows a user who was just created, or after two seconds. */
  readonly waitUntilKnown: (subject: string) => Promise<void>;
}

/**
 * Runs between a valid token and the gates. A suspended or deleted user is refused. A user whom Permit does not know yet,
 * because the webhook is late or lost, is provisioned first: once per subject, however many calls come at the same time.
 * @throws {AppError} `SUBJECT_REVOKED`
 * @throws {PermitApiError | LogtoApiError} when a vendor did not answer: an outage must not look like a denial
 */
export type Admit = (identity: Identity) => Promise<void>;

export function createAdmission(deps: AdmissionDeps): Admit {
  const { revocations } = deps;
  const known = new LRUCache<string, true>({ max: 100_000, ttl: 3_600_000 });
  const pending = new Map<string, Promise<void>>();

  const provisionOnce = async (subject: string): Promise<void> => {
    const id = logtoIdOf(subject);
    if (!(await revocations.known([id])).has(id)) {
      const created = await provision(id, deps);
      if (created) {
        await deps.enqueue([`user:${id}`], { force: true });
        await deps.waitUntilKnown(subject);
      }
    }
    known.set(subject, true);
  };

  return async ({ subject, isMachine }) => {
    refuseRevoked(subject, revocations);
    if (known.has(subject) || isMachine === true) return;
    let provisioning = pending.get(subject);
    if (provisioning === undefined) {
      provisioning = provisionOnce(subject).finally(() => pending.delete(subject));
      pending.set(subject, provisioning);
    }
    await provisioning;
    refuseRevoked(subject, revocations);
  };
}

function refuseRevoked(subject: string, revocations: Revocations): void {
  if (!revocations.isRevoked(subject)) return;
  throw new AppError(
    'SUBJECT_REVOKED',
    'This account was suspended or deleted; its tokens are worth nothing.',
  );
}

/** Returns whether a user was created in Permit. */
async function provision(id: string, deps: AdmissionDeps): Promise<boolean> {
  const { logto, revocations } = deps;
  if (logto === undefined) return createBare(id, deps);
  const { status, operations } = await reconcileUser(
    {
      id,
      because: 'token',
      onStatus: async (found) => {
        if (found !== 'unknown') await revocations.record(id, found);
      },
    },
    { ...deps, logto },
  );
  deps.onChange(operations);
  return status === 'active' && operations.some(({ kind }) => kind === 'create-user');
}

/** Without the Management API only the key is known; the webhook brings the rest. */
async function createBare(id: string, { permit, mapping, onChange }: AdmissionDeps): Promise<boolean> {
  const grants = [{ role: mapping.defaultRole, tenant: defaultTenant }];
  const user = { key: userKey(id), email: null, firstName: null, attributes: { [originAttribute]: id } };
  try {
    await permit.writes.createUser(user, grants);
  } catch (error) {
    if (error instanceof PermitApiError && error.status === 409) return false;
    throw error;
  }
  onChange([{ kind: 'create-user', user, grants }]);
  return true;
}
