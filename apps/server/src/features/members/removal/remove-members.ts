import { logtoIdOf, type LogtoAccounts } from '@latchkey/directory-sync';
import type { Owners } from '../../../directory/owners.ts';
import { AppError, type ErrorCode } from '../../../platform/app-error.ts';
import { asError } from '../../../platform/log/describe-error.ts';
import type { Audit, CallOrigin } from '../../audit/record.ts';
import type { Administrators } from '../../../directory/administrators.ts';
import type { DirectoryMember } from '../directory-member.ts';
import type { MemberRefresh } from '../member-refresh.ts';
import { asAppError, codeOf, isRefusal } from '../../../platform/trpc/error-data.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { activeRoles, createCheckRemovals, tenantRoles, type Leaving } from './check-removals.ts';
import type { RemovalStore } from './removal-store.ts';
import type { HeldBy, RolesInTenant } from '../../../directory/roles-in-tenant.ts';

/** The last applies in an organization and includes the roles there; the others apply in the tenant `default`. */
export const removalActions = ['roles', 'suspend', 'sessions', 'organization'] as const;
export type RemovalAction = (typeof removalActions)[number];

export interface RemoveMembersDeps {
  readonly refresh: MemberRefresh['refresh'];
  readonly roles: RolesInTenant;
  readonly administrators: Administrators;
  readonly owners: Owners;
  readonly store: RemovalStore;
  /** Absent in payload mode. */
  readonly accounts: LogtoAccounts | undefined;
  /** Reports a change of an account in Logto to sync. */
  readonly accountChanged: (id: string, change?: { readonly isSuspended: boolean }) => Promise<void>;
  readonly forgetMember: (tenant: string, subject: string) => Promise<void>;
  /** Ends the applications that act for a user in a tenant. */
  readonly endApplications: (of: Pick<HeldBy, 'tenant' | 'subject'>) => Promise<void>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly onError: (error: Error) => void;
}

export interface RemovalOutcome {
  readonly subject: string;
  /** The id to pass to `restore`; `null` if nothing was attempted. */
  readonly removal: string | null;
  /** The actions that took effect in this attempt. */
  readonly done: readonly RemovalAction[];
  /** The code of the first failure; another attempt can complete the rest. `null` if everything is done. */
  readonly code: ErrorCode | null;
}

interface WantedRemoval {
  readonly actions: ReadonlySet<RemovalAction>;
  readonly newOwner: string | undefined;
}

export interface RemoveMembers {
  /**
   * Returns the members' roles and what prevents each removal, assuming that the members listed before are removed.
   * `lastOwnerOf`: the reports and collections that would have no owner.
   */
  preview(
    tenant: string,
    subjects: readonly string[],
    by: string,
  ): Promise<(Leaving & { readonly lastOwnerOf: readonly string[] })[]>;
  /** Removes each member separately, so that a failure does not affect the others. */
  remove(subjects: readonly string[], wanted: WantedRemoval, origin: CallOrigin): Promise<RemovalOutcome[]>;
}

export function createRemoveMembers(deps: RemoveMembersDeps): RemoveMembers {
  const { refresh, roles, administrators, owners, store, accountChanged, forgetMember } = deps;
  const { endApplications, audit, onError } = deps;

  const inLogto = (): LogtoAccounts => requireAccounts(deps);
  const codeIn = (error: unknown): ErrorCode => codeOf(error, onError);

  const check = createCheckRemovals(deps);

  /** All actions are idempotent. */
  const run = async (action: RemovalAction, who: HeldBy, isSuspending: boolean): Promise<void> => {
    const { tenant, subject, by } = who;
    const id = logtoIdOf(subject);
    switch (action) {
      case 'roles':
        return roles.remove({ tenant, subject, by });
      case 'sessions':
        // A suspension ends the sessions in every version of Logto.
        if ((await inLogto().endSessions(id)) || isSuspending) return;
        throw new AppError('SESSIONS_NOT_SUPPORTED', 'This Logto cannot end the sessions of a user.');
      case 'suspend': {
        const accounts = inLogto();
        const isThere = await settled(id, () => accounts.setSuspended(id, true));
        return accountChanged(id, { isSuspended: isThere });
      }
      case 'organization': {
        const accounts = inLogto();
        await settled(id, () => accounts.leaveOrganization(id, logtoIdOf(tenant)));
      }
    }
  };
  /** Runs a write in Logto. If it fails, its effect is unknown, so sync reads the account from Logto. */
  const settled = async <Result>(id: string, write: () => Promise<Result>): Promise<Result> => {
    try {
      return await write();
    } catch (error) {
      await accountChanged(id).catch((failure: unknown) => onError(asError(failure)));
      throw error;
    }
  };

  const removeOne = async (
    one: Leaving & { readonly member: DirectoryMember },
    { actions, newOwner }: WantedRemoval,
    origin: CallOrigin,
  ): Promise<RemovalOutcome> => {
    const { subject, member } = one;
    const { tenant, actor } = origin;
    const who = { tenant, subject, by: actor.subject };
    let removal: string | null = null;
    let code: ErrorCode | null = null;
    const failures: unknown[] = [];
    const done: RemovalAction[] = [];
    const inOrder = async (wanted: readonly RemovalAction[]): Promise<void> => {
      try {
        for (const action of wanted) {
          await run(action, who, actions.has('suspend')); // oxlint-disable-line no-await-in-loop -- in order
          done.push(action);
        }
      } catch (error) {
        failures.push(error);
        code ??= codeIn(error);
      }
    };
    const make = async (): Promise<void> => {
      if (actions.has('organization')) {
        // The membership comes first, because sync would assign its roles again.
        await inOrder(['organization', 'roles']);
        // Last, because the roles of a suspended member are not removed while sync reconciles them.
        if (done.includes('organization')) await accountChanged(logtoIdOf(subject));
        if (code === null) await forgetMember(tenant, subject);
      } else {
        // The roles come first, because a suspension stores those that are still assigned. The other actions run even
        // if this one fails.
        await inOrder(actions.has('roles') ? ['roles'] : []);
        await inOrder((['suspend', 'sessions'] as const).filter((action) => actions.has(action)));
        // Reads the member, which stores the new status.
        await refresh(tenant, subject).catch(codeIn);
      }
      // Also if an action failed.
      if (done.includes('organization') || done.includes('roles')) await endApplications({ tenant, subject });
      if (removal !== null && code === null) await store.finish(removal);
    };
    try {
      const begin = async (): Promise<void> => {
        const isLeaving = actions.has('organization');
        const organizationRoles = isLeaving
          ? ((await inLogto().organizationRolesOf(logtoIdOf(subject), logtoIdOf(tenant))) ?? [])
          : null;
        removal = await store.begin({
          ...who,
          roles: isLeaving || actions.has('roles') ? [...one.roles] : [],
          organizationRoles,
          suspended: actions.has('suspend') && member.status !== 'suspended',
        });
        const before = { roles: tenantRoles(one), onInstances: one.roles.length - tenantRoles(one).length };
        await audit.changing(
          { ...origin, action: 'member.remove', subject, before, after: { done } },
          make,
          () => ({
            after: { done },
            ...(code !== null && {
              outcome: failures.every(hasNoEffect) ? 'failed' : 'unknown',
              reason: code,
            }),
          }),
        );
        // Of several failures, one with an unknown effect counts.
        if (failures.length > 0) throw failures.find((error) => !isRefusal(error)) ?? failures[0];
      };
      const how = { origin, cause: { kind: 'removal', id: subject } } as const;
      const losing = { ...who, newOwner: newOwner === undefined ? undefined : { key: newOwner, ...how } };
      await administrators.removeUnlessLast({ ...who, roles: activeRoles(one) }, () =>
        [...actions].every((action) => action === 'sessions')
          ? begin()
          : owners.removeUnlessLast(losing, begin),
      );
    } catch (error) {
      code ??= codeIn(error);
    }
    return { subject, removal, done, code };
  };

  return {
    async preview(tenant, subjects, by) {
      const people = await check(tenant, subjects, by);
      const leaving = people.filter(({ obstacle }) => obstacle === null);
      return inBatches(people, async (one) => {
        const before = leaving.slice(0, Math.max(leaving.indexOf(one), 0)).map(({ subject }) => subject);
        const owned = leaving.includes(one) ? one.roles.filter(({ role }) => role === 'owner') : [];
        const instances = owned.flatMap(({ instance }) => instance ?? []);
        const lastOwnerOf = await owners.lastOwned({ tenant, subject: one.subject, instances }, before);
        return { ...one, lastOwnerOf };
      });
    },

    async remove(subjects, wanted, origin) {
      const people = await check(origin.tenant, [...new Set(subjects)], origin.actor.subject);
      return inBatches(people, async (one) =>
        one.obstacle !== null || one.member === undefined
          ? { subject: one.subject, removal: null, done: [], code: one.obstacle }
          : removeOne(one, wanted, origin),
      );
    },
  };
}

/** @throws {AppError} `SYNC_NOT_CONFIGURED` */
export function requireAccounts({ accounts }: Pick<RemoveMembersDeps, 'accounts'>): LogtoAccounts {
  if (accounts !== undefined) return accounts;
  throw new AppError('SYNC_NOT_CONFIGURED', 'The server has no access to the Management API of Logto.');
}

/** Whether the failed call has certainly changed nothing: our own checks, Permit or Logto refused it. */
function hasNoEffect(error: unknown): boolean {
  return isRefusal(error) || asAppError(error).status < 500;
}
