import type { PermitReads } from '@latchkey/directory-sync';
import type { FindPerson } from '../../../directory/find-person.ts';
import type { LosingOwner, LosingRoles, NewOwner, Owners } from '../../../directory/owners.ts';
import { existingAmong, type TitlesOf } from '../../../directory/shared-resources.ts';
import { AppError } from '../../../platform/app-error.ts';
import { lockUntilCommit } from '../../../platform/database/open-database.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { createTurns } from '../../../platform/turns.ts';
import { lockCollection } from '../collections/collection-store.ts';
import { lockReport } from '../report-store.ts';
import type { ChangeSharesDeps } from './change-shares.ts';
import { objectOf, readStoredGrants, sharedInstance, type SharedInstance } from './instance-roles.ts';
import { recordGiven } from './share-store.ts';

export interface OwnersDeps extends Pick<ChangeSharesDeps, 'db' | 'directory' | 'requestedOn' | 'audit'> {
  readonly reads: Pick<PermitReads, 'rolesOn' | 'grantsOf' | 'user'>;
  readonly findPerson: FindPerson;
  readonly titlesOf: TitlesOf;
  readonly changes: LosingRoles;
}

const role = 'owner';
/** The name of an ownership in the history of role changes, which has no column for instances. */
const nameOf = (instance: string): string => `${role} of ${instance}`;

export function createOwners(deps: OwnersDeps): Owners {
  const { db, reads, directory, findPerson, titlesOf, requestedOn, changes, audit } = deps;

  const ownedBy = async ({ tenant, subject }: LosingOwner): Promise<string[]> => {
    const held = await Promise.all([reads.grantsOf(subject), readStoredGrants(reads, subject)]);
    const owned = held.flat().filter((one) => one.tenant === tenant && one.role === role);
    return owned.flatMap(({ instance }) => instance ?? []);
  };
  const isActivePerson = async (key: string, tenant: string): Promise<boolean> => {
    const person = await findPerson(key, tenant).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'PERSON_NOT_FOUND') return undefined;
      throw error;
    });
    return person?.isActive === true && !person.isMachine;
  };
  /** Returns the owners whose role has an end or is being removed. */
  const endingOn = async (on: SharedInstance): Promise<string[]> => {
    const [granted, losing] = await Promise.all([
      requestedOn(on),
      changes.losing(on.tenant, [nameOf(objectOf(on))]),
    ]);
    const temporary = granted.filter((one) => one.role === role && one.endsAt !== null);
    return [...losing, ...temporary.map(({ subject }) => subject)];
  };

  const isLast = async (on: SharedInstance, subject: string, others: readonly string[]): Promise<boolean> => {
    const { tenant } = on;
    const [held, ending] = await Promise.all([reads.rolesOn(tenant, objectOf(on)), endingOn(on)]);
    if (ending.includes(subject)) return false;
    const leaving = new Set([subject, ...others, ...ending]);
    for (const one of held)
      if (one.role === role && !leaving.has(one.user) && (await isActivePerson(one.user, tenant)))
        return false; // oxlint-disable-line no-await-in-loop -- the first one nearly always suffices
    return true;
  };

  const lastOwned = async (
    losing: LosingOwner,
    others: readonly string[] = [],
  ): Promise<SharedInstance[]> => {
    const { tenant, subject, instances = await ownedBy(losing) } = losing;
    const existing = await existingAmong(titlesOf, tenant, instances);
    const owned = [...existing].flatMap((name) => sharedInstance(tenant, name) ?? []);
    const last = await inBatches(owned, (on) => isLast(on, subject, others));
    return owned.filter((_, index) => last[index]);
  };

  const assign = async (on: SharedInstance, { key: user, origin, cause }: NewOwner): Promise<void> => {
    const { resource, id: key, tenant } = on;
    if ((await endingOn(on)).includes(user)) throw newOwnerInvalid();
    const made = { on: { resource, key }, subject: user, after: { roles: [role] }, cause };
    await audit.changing({ ...origin, ...made, tenant, channel: 'console', action: 'share.give' }, () =>
      // Locks the instance, because the assignment would recreate a deleted instance in Permit.
      db.transaction(async (transaction) => {
        await (resource === 'reports' ? lockReport : lockCollection)(transaction, on);
        await recordGiven(transaction, on, { subject: user, role, by: origin.actor.subject, at: new Date() });
        await directory.assignRole({ user, role, tenant, instance: objectOf(on) });
      }),
    );
  };

  /** Runs the removals of this replica one after the other, so that few connections wait for the lock. */
  const inTurn = createTurns(1);

  return {
    lastOwned: async (losing, others) => (await lastOwned(losing, others)).map(objectOf),
    removeUnlessLast: ({ newOwner, by, ...losing }, remove) =>
      inTurn(() =>
        db.transaction(async (transaction) => {
          const { tenant, subject } = losing;
          await lockUntilCommit(transaction, `owners of ${tenant}`);
          const instances = losing.instances ?? (await ownedBy(losing));
          const last = await lastOwned({ ...losing, instances });
          if (last.length > 0) {
            if (newOwner === undefined) throw new AppError('LAST_OWNER', 'Make another user an owner first.');
            if (!(await isActivePerson(newOwner.key, tenant))) throw newOwnerInvalid();
            for (const on of last) await assign(on, newOwner); // oxlint-disable-line no-await-in-loop -- few
          }
          const roles = instances.map(nameOf);
          return roles.length === 0 ? remove() : changes.whileLosing({ tenant, subject, by, roles }, remove);
        }),
      ),
  };
}

function newOwnerInvalid(): AppError {
  return new AppError('NEW_OWNER_INVALID', 'The new owner must be an active member.');
}
