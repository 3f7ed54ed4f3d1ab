import type { PermitReads } from '@latchkey/directory-sync';
import type { FindPerson } from '../../../directory/find-person.ts';
import { readHeldRoles } from '../../../directory/held-roles.ts';
import type { LosingInstances, NewOwner, Owners } from '../../../directory/owners.ts';
import { existingAmong, type TitlesOf } from '../../../directory/shared-resources.ts';
import { AppError } from '../../../platform/app-error.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { lockCollection } from '../collections/collection-store.ts';
import { findOpenable } from '../load-report.ts';
import { lockReport } from '../report-store.ts';
import type { ChangeSharesDeps } from './change-shares.ts';
import { objectOf, sharedInstance, type SharedInstance } from './instance-roles.ts';
import { createOwnerReader, type OwnerReader, type OwnerReaderDeps } from './read-owners.ts';
import { recordShare } from './share-store.ts';

export interface OwnersDeps
  extends OwnerReaderDeps, Pick<ChangeSharesDeps, 'directory' | 'requestedOn' | 'whoCanOpen' | 'audit'> {
  readonly reads: OwnerReaderDeps['reads'] & Pick<PermitReads, 'grantsOf' | 'user'>;
  readonly findPerson: FindPerson;
  readonly titlesOf: TitlesOf;
  /** The history of role changes, as the check for the last administrator uses it too. */
  readonly changes: {
    readonly losing: (tenant: string, roles: readonly string[]) => Promise<readonly string[]>;
    whileLosing<Result>(
      losing: Record<'tenant' | 'subject' | 'by', string> & { readonly kind: 'owners' },
      prepare: () => Promise<readonly string[]>,
      run: () => Promise<Result>,
    ): Promise<Result>;
  };
}

const role = 'owner';
/** The name of an ownership in the history of role changes, which has no column for instances. */
const nameOf = (instance: string): string => `${role} of ${instance}`;

export function createOwners(deps: OwnersDeps): Owners & OwnerReader {
  const { db, reads, directory, findPerson, titlesOf, requestedOn, changes, whoCanOpen, audit } = deps;
  const reader = createOwnerReader(deps);

  const ownedBy = async (tenant: string, subject: string): Promise<string[]> => {
    const { assigned, stored } = await readHeldRoles(reads, { tenant, subject });
    const owned = [...assigned, ...stored].filter((one) => one.role === role);
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

  const lastOwned = async (
    { tenant, subject, instances }: LosingInstances,
    others: readonly string[] = [],
  ): Promise<SharedInstance[]> => {
    const existing = await existingAmong(titlesOf, tenant, instances);
    const owned = [...existing].flatMap((name) => sharedInstance(tenant, name) ?? []);
    const owners = await reader.direct(tenant, owned.map(objectOf));
    const last = await inBatches(owned, async (on) => {
      const ending = await endingOn(on);
      if (ending.includes(subject)) return [];
      const leaving = new Set([subject, ...others, ...ending]);
      for (const user of owners.get(objectOf(on)) ?? [])
        if (!leaving.has(user) && (await isActivePerson(user, tenant))) return []; // oxlint-disable-line no-await-in-loop -- the first one nearly always suffices
      return [on];
    });
    return last.flat();
  };

  const requireNewOwner = async (
    last: readonly SharedInstance[],
    user: string,
    { tenant, subject }: Pick<LosingInstances, 'tenant' | 'subject'>,
  ): Promise<void> => {
    const isInvalidOn = async (on: SharedInstance): Promise<boolean> => {
      if ((await endingOn(on)).includes(user)) return true;
      const openable = await findOpenable(db, on);
      return openable !== undefined && (await whoCanOpen(openable, [user])).get(user) === 'NOT_CLEARED';
    };
    const isActive = user !== subject && (await isActivePerson(user, tenant));
    if (!isActive || (await inBatches(last, isInvalidOn)).includes(true))
      throw new AppError(
        'NEW_OWNER_INVALID',
        'The new owner must be an active member, and cleared for a confidential report.',
      );
  };
  const assign = async (on: SharedInstance, { key: user, origin, cause }: NewOwner): Promise<void> => {
    const { resource, id: key, tenant } = on;
    const made = { on: { resource, key }, subject: user, after: { roles: [role] }, cause };
    await audit.changing({ ...origin, ...made, tenant, channel: 'console', action: 'share.give' }, () =>
      // Locks the instance, because the assignment would recreate a deleted instance in Permit.
      db.transaction(async (transaction) => {
        await (resource === 'reports' ? lockReport : lockCollection)(transaction, on);
        await recordShare(transaction, on, { subject: user, role, by: origin.actor.subject, at: new Date() });
        await directory.assignRole({ user, role, tenant, instance: objectOf(on) });
      }),
    );
  };

  return {
    ...reader,
    lastOwned: async (losing, others) => (await lastOwned(losing, others)).map(objectOf),
    async removeUnlessLast({ tenant, subject, instances: named, by, newOwner }, remove) {
      const prepare = async (): Promise<readonly string[]> => {
        const instances = named ?? (await ownedBy(tenant, subject));
        const last = await lastOwned({ tenant, subject, instances });
        if (last.length > 0) {
          if (newOwner === undefined) throw new AppError('LAST_OWNER', 'Make another user an owner first.');
          await requireNewOwner(last, newOwner.key, { tenant, subject });
          for (const on of last) await assign(on, newOwner); // oxlint-disable-line no-await-in-loop -- few
        }
        return instances.map(nameOf);
      };
      return changes.whileLosing({ kind: 'owners', tenant, subject, by }, prepare, remove);
    },
  };
}
