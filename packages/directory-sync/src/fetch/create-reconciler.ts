import {
  cautiousLimits,
  createPermitClient,
  type AssignmentChange,
  type PermitClientOptions,
} from '@latchkey/permissions/permit';
import { type Subject, subjectName } from '../events/subjects-of.ts';
import { createLogtoManagement } from '../logto/logto-management.ts';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import { sameGrant } from '../plan/managed-by-sync.ts';
import type { Operation } from '../plan/operation.ts';
import type { PermitGrant } from '../plan/states.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { reconcileOrganization } from '../reconcile/reconcile-organization.ts';
import { reconcileUser } from '../reconcile/reconcile-user.ts';

export type ReconciledSubject = Exclude<Subject, { readonly kind: 'directory' }>;

/**
 * Called after a user or an organization was reconciled, to invalidate cached decisions about it; also called if the
 * reconciliation failed after some changes.
 * @param roles - for a user: the roles that were removed and, unless the run failed, the current roles in Permit. The
 *   PDP receives both shortly afterwards.
 */
export type OnReconciled = (subject: ReconciledSubject, roles: readonly AssignmentChange[]) => void;

export interface ReconcilerOptions {
  readonly logto: LogtoManagementOptions;
  /** The connection to Permit's API. The default of `limits` is `cautiousLimits`. */
  readonly permit: PermitClientOptions;
  readonly mapping: DirectoryMapping;
  readonly onReconciled?: OnReconciled;
}

const concurrency = 8;

/**
 * Reconciles the current state, one run at a time for each subject. Tries all subjects, then rejects with the first
 * error.
 */
export function createReconciler({
  logto,
  permit,
  mapping,
  onReconciled = () => {},
}: ReconcilerOptions): (subjects: readonly ReconciledSubject[]) => Promise<void> {
  const deps: ReconcileDeps = {
    logto: createLogtoManagement(logto),
    permit: createPermitFacts(createPermitClient({ limits: cautiousLimits, ...permit })),
    mapping,
  };
  const reconcileOne = oneAtATime(async (subject: ReconciledSubject): Promise<void> => {
    if (subject.kind === 'user') {
      const applied: Operation[] = [];
      let held: readonly PermitGrant[] = [];
      try {
        const onApplied = (operations: readonly Operation[]): void => void applied.push(...operations);
        const { user } = await reconcileUser({ id: subject.id, because: 'delivery' }, { ...deps, onApplied });
        held = user?.permit?.grants ?? [];
      } finally {
        onReconciled(subject, rolesAfter(held, applied));
      }
      return;
    }
    const { mismatchedUserIds } = await reconcileOrganization(subject.id, deps);
    onReconciled(subject, []);
    await reconcileEach(mismatchedUserIds.map((id) => ({ kind: 'user', id })));
  });
  const reconcileEach = async (subjects: readonly ReconciledSubject[]): Promise<void> => {
    const queue = subjects.values();
    const errors: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const subject of queue) await reconcileOne(subject).catch((error: unknown) => errors.push(error)); // oxlint-disable-line no-await-in-loop -- one subject at a time
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, subjects.length) }, work));
    if (errors.length > 0) throw errors[0];
  };
  return reconcileEach;
}

function rolesAfter(held: readonly PermitGrant[], applied: readonly Operation[]): AssignmentChange[] {
  const removed = applied
    .flatMap((one) => {
      if (one.kind === 'delete-user') return one.grants;
      return one.kind === 'unassign' ? [one.grant] : [];
    })
    .filter((grant) => !held.some((other) => sameGrant(grant, other)));
  return [
    ...held.map((grant) => ({ ...grant, assigned: true })),
    ...removed.map((grant) => ({ ...grant, assigned: false })),
  ];
}

/**
 * Serializes the reconciliations of each subject. Calls during a run share the next run, which reads the state after
 * those calls.
 * @internal exported for tests
 */
export function oneAtATime<S extends Subject>(
  run: (subject: S) => Promise<void>,
): (subject: S) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const start = (name: string, subject: S): Promise<void> => {
    const done = run(subject).finally(() => running.delete(name));
    running.set(name, done);
    return done;
  };
  return (subject) => {
    const name = subjectName(subject);
    // Asked first: a waiting run may be about to start, although none is running.
    const next = waiting.get(name);
    if (next !== undefined) return next;
    const current = running.get(name);
    if (current === undefined) return start(name, subject);
    const waited = current
      .catch(() => {}) // The run's own caller gets the error.
      .then(() => {
        waiting.delete(name);
        return start(name, subject);
      });
    waiting.set(name, waited);
    return waited;
  };
}
