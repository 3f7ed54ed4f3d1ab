import {
  grantsFromLogto,
  logtoIdOf,
  type LogtoAccounts,
  type LogtoManagement,
  type PermitFacts,
} from '@latchkey/directory-sync';
import { directoryMapping as mapping } from '@latchkey/policy/directory';
import type { Accounts } from '../../directory/accounts.ts';
import type { MemberDirectory } from '../../directory/member-directory.ts';
import type { DirectoryPeople, DirectoryPerson } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { RoleSourcesOf } from '../../directory/role-source.ts';
import type { Owners } from '../../directory/owners.ts';
import type { RemoveRoles } from '../../directory/remove-roles.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Database } from '../../platform/database/open-database.ts';
import { asError } from '../../platform/log/describe-error.ts';
import type { Audit } from '../audit/record.ts';
import { createAdministrators, type Administrators } from './administrators.ts';
import { createChangeRoles, type ChangeRolesDeps } from './change-roles.ts';
import { createCountMembers } from './count-members.ts';
import { createMemberReader, createRefreshMembers } from './member-reader.ts';
import { createMemberStore, type MemberRow } from './member-store.ts';
import type { MembersRouterDeps } from './members-router.ts';
import { completeReadingAt, type MemberModel } from './member-model.ts';
import { directoryMember } from './directory-member.ts';
import type { GrantedRole } from './role-sources.ts';
import { createRemovalStore } from './removal/removal-store.ts';
import { createRemoveMembers, type RemoveMembersDeps } from './removal/remove-members.ts';
import {
  createRolesInTenant,
  type RolesInTenant,
  type RolesInTenantDeps,
} from './removal/roles-in-tenant.ts';

export interface MembersOptions {
  readonly database: Pick<Database, 'db'>;
  readonly model: MemberModel;
  readonly permit: PermitFacts;
  readonly directory: Pick<MemberDirectory, 'assignRole'>;
  readonly findNames: FindPeople;
  readonly removeRoles: RemoveRoles;
  readonly accounts: Pick<Accounts, 'isActive' | 'suspendedAmong'>;
  readonly grants: {
    readonly of: (
      subjects: readonly string[],
    ) => Promise<readonly (GrantedRole & { readonly isEnding: boolean })[]>;
    readonly end: ChangeRolesDeps['grants']['end'];
    readonly assign: ChangeRolesDeps['grants']['assign'];
  };
  readonly grantChanges: Pick<Topic<{ readonly tenant: string; readonly subject: string }>, 'subscribe'>;
  readonly owners: Owners;
  /** Absent in payload mode. */
  readonly logto: { readonly management: LogtoManagement; readonly accounts: LogtoAccounts } | undefined;
  readonly accountChanged: RemoveMembersDeps['accountChanged'];
  readonly removal: Omit<RolesInTenantDeps, 'permit' | 'removeRoles' | 'changes'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly onError: (error: Error) => void;
  readonly now: () => Date;
}

export interface Members {
  readonly router: MembersRouterDeps['members'];
  readonly roleSourcesOf: RoleSourcesOf;
  readonly roles: RolesInTenant;
  readonly administrators: Administrators;
  readonly people: DirectoryPeople;
  /** Reads all members again from Permit. @throws {PermitApiError} */
  readonly readAll: () => Promise<void>;
  /** Stops the background work. Resolves when the running work has ended. */
  close(): Promise<void>;
}

/** Opens the member list. Reads all members in the background if they have never been read. */
export async function openMembers(options: MembersOptions): Promise<Members> {
  const {
    database,
    model,
    permit,
    directory,
    findNames,
    removeRoles,
    accounts: { isActive, suspendedAmong },
    grants,
    logto,
    audit,
    onError,
    now,
  } = options;
  const { reads } = permit;
  const { db } = database;
  const isComplete = (await completeReadingAt(db)) !== undefined;
  const { changes, loadSources } = model;
  const storeOf = (tenant: string) => createMemberStore(db, tenant);
  const reader = createMemberReader({
    storeOf,
    reads,
    loadSources,
    findNames,
    suspendedAmong,
    write: model.write,
  });
  const administrators = createAdministrators({
    reads,
    isInactive: async (subject) => !(await isActive(subject)),
    changes,
    grantedRolesOf: grants.of,
    rolesInLogto:
      logto &&
      (async (subject) => {
        const found = await grantsFromLogto(logtoIdOf(subject), { logto: logto.management, mapping });
        return found.isSuspended ? [] : found.grants;
      }),
  });
  const changeRoles = createChangeRoles({
    reader,
    permit,
    directory,
    factChanges: options.removal.factChanges,
    removeRoles,
    administrators,
    changes,
    grants: {
      find: async ({ tenant, subject, role }) =>
        (await grants.of([subject])).find((grant) => grant.tenant === tenant && grant.role === role),
      end: grants.end,
      assign: grants.assign,
    },
    audit,
    onError,
  });
  const roles = createRolesInTenant({ ...options.removal, permit, removeRoles, changes });
  const removal = createRemoveMembers({
    reader,
    administrators,
    owners: options.owners,
    roles,
    store: createRemovalStore(db),
    accounts: logto?.accounts,
    accountChanged: options.accountChanged,
    async forgetMember(tenant, subject) {
      await storeOf(tenant).forget(subject);
      model.topic.publish({ tenant });
    },
    audit,
    onError,
  });

  const counts = createCountMembers(db, model.topic);
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  /** Runs work in the background. Only `close` waits for it. */
  const inBackground = (work: () => Promise<void>): void => {
    const run = work()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) onError(asError(error));
      })
      .finally(() => running.delete(run));
    running.add(run);
  };
  const readAll = async (): Promise<void> => {
    const reading = model.openReading();
    for await (const page of reads.users(closing.signal)) {
      const suspended = await suspendedAmong(page.map(({ key }) => key));
      const { began: readAt } = reading;
      await reading.add(
        page.map((user) => directoryMember(user, { readAt, isSuspended: suspended.has(user.key) })),
      );
    }
    await reading.finish();
  };
  if (!isComplete) inBackground(readAll);
  const unsubscribe = options.grantChanges.subscribe({
    onMessage: ({ tenant, subject }) =>
      inBackground(async () => {
        await reader.read(tenant, subject);
      }),
    onGap() {}, // Displayed members are compared with Permit anyway, and a sweep reads all members.
  });

  return {
    router: {
      storeOf,
      countsOf: counts.of,
      reader,
      changeRoles,
      onError,
      now,
      removal,
      refresh: createRefreshMembers({ db, reads, reader, onError }),
      completeAt: () => completeReadingAt(db),
      changes: model.topic,
    },
    async roleSourcesOf(tenant, subject) {
      return (await reader.readShown(tenant, subject))?.roles ?? [];
    },
    roles,
    administrators,
    people: {
      async search(tenant, { text, limit }) {
        const order = { sort: 'name', direction: 'asc', offset: 0 } as const;
        return (await storeOf(tenant).list({ ...order, search: text, limit })).map(personOf);
      },
      among: async (tenant, keys) => (await storeOf(tenant).among(keys)).map(personOf),
      async holders(tenant, which) {
        const { total, rows } = await storeOf(tenant).holders(which);
        return {
          total,
          people: rows.map((row) => ({
            ...personOf(row),
            roles: row.roles,
            lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
          })),
        };
      },
      countByRole: async (tenant) => (await counts.of(tenant)).roles,
      groups: (tenant) => storeOf(tenant).groups(),
      inGroups: async (tenant, { groups, limit }) =>
        (await storeOf(tenant).inGroups(groups, limit)).map(personOf),
    },
    readAll,
    async close() {
      unsubscribe();
      counts.close();
      closing.abort();
      await Promise.all(running);
    },
  };
}

function personOf({ subject, name, email, kind }: MemberRow): DirectoryPerson {
  return { key: subject, name, email, isMachine: kind === 'machine' };
}
