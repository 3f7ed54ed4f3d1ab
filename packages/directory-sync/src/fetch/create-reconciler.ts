import { cautiousLimits, createPermitClient, type PermitClientOptions } from '@latchkey/permissions/permit';
import { type Subject, subjectName } from '../events/subjects-of.ts';
import { createLogtoManagement } from '../logto/logto-management.ts';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import type { ReconcileDeps } from '../reconcile/plan-for-user.ts';
import { reconcileOrganization } from '../reconcile/reconcile-organization.ts';
import { reconcileUser } from '../reconcile/reconcile-user.ts';

/** A user or an organization, identified by its Logto id. */
export type ReconciledSubject = Exclude<Subject, { readonly kind: 'directory' }>;

export interface ReconcilerOptions {
  readonly logto: LogtoManagementOptions;
  /** Default of `limits`: `cautiousLimits`. */
  readonly permit: PermitClientOptions;
  readonly mapping: DirectoryMapping;
  readonly onReconciled?: (subject: ReconciledSubject) => void;
}

/** Subjects of one delivery that are reconciled concurrently. */
const concurrency = 8;

/**
 * Makes users and organizations in Permit match their current state in Logto, one run at a time for each subject. Tries
 * all subjects even if some fail, then rejects with the first error.
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
    const mismatched = await reconcile(subject, deps);
    onReconciled(subject);
    await reconcileEach(mismatched.map((id) => ({ kind: 'user', id })));
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

/** @returns the Logto ids of the members whose roles differ */
async function reconcile(subject: ReconciledSubject, deps: ReconcileDeps): Promise<readonly string[]> {
  if (subject.kind === 'organization')
    return (await reconcileOrganization(subject.id, deps)).mismatchedUserIds;
  await reconcileUser({ id: subject.id, because: 'delivery' }, deps);
  return [];
}

/**
 * Serializes the reconciliations of a subject. Deliveries that arrive during a run share the next one, which reads the
 * state at that time.
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
    const current = running.get(name);
    if (current === undefined) return start(name, subject);
    const next =
      waiting.get(name) ??
      current
        .catch(() => {}) // The run's own caller gets the error.
        .then(() => {
          waiting.delete(name);
          return start(name, subject);
        });
    waiting.set(name, next);
    return next;
  };
}
