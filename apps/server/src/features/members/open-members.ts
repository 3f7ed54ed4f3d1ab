import {
  grantsFromLogto,
  logtoIdOf,
  type LogtoAccounts,
  type LogtoManagement,
  type PermitFacts,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { directoryMapping as mapping } from '@latchkey/policy/directory';
import type { Accounts } from '../../directory/accounts.ts';
import type { FactChanges } from '../../directory/fact-changes.ts';
import type { MemberDirectory } from '../../directory/member-directory.ts';
import type { DirectoryPeople, DirectoryPerson } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { RoleSourcesOf } from '../../directory/role-source.ts';
import type { RolesInTenant } from '../../directory/roles-in-tenant.ts';
import type { Owners } from '../../directory/owners.ts';
import type { TitleReaders, TitlesOf } from '../../directory/shared-resources.ts';
import type { RemoveRoles } from '../../directory/remove-roles.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Database } from '../../platform/database/open-database.ts';
import { asError } from '../../platform/log/describe-error.ts';
import type { Audit } from '../audit/record.ts';
import type { Administrators } from '../../directory/administrators.ts';
import { createAdministrators } from './administrators.ts';
import { createChangeRoles, type ChangeRolesDeps } from './change-roles.ts';
import { createCountMembers } from './count-members.ts';
import { createMemberRefresh, createRefreshShown } from './member-refresh.ts';
import { createViewMembers } from './member-views.ts';
import { createMemberStore, statusOf, type MemberRow } from './member-store.ts';
import { createMembersRouter, type MembersRouterDeps, type RoleLog } from './members-router.ts';
import { completeReadingAt, notUpToDate, type MemberModel } from './member-model.ts';
import { directoryMember } from './directory-member.ts';
import { createRemovalStore } from './removal/removal-store.ts';
import { createRemoveMembers, type RemoveMembersDeps } from './removal/remove-members.ts';
import { createRestoreMembers } from './removal/restore-members.ts';
import { createRolesInTenant, type RolesInTenantDeps } from './removal/roles-in-tenant.ts';

export interface MembersOptions extends TitleReaders, Pick<Accounts, 'isActive' | 'suspendedAmong'> {
  readonly decider: MembersRouterDeps['decider'];
  readonly database: Pick<Database, 'db'>;
  readonly model: MemberModel;
  readonly permit: PermitFacts;
  readonly directory: Pick<MemberDirectory, 'assignRole'>;
  readonly findPeople: FindPeople;
  readonly removeRoles: RemoveRoles;
  readonly grantedRolesOf: ChangeRolesDeps['grantedRolesOf'];
  readonly grants: ChangeRolesDeps['grants'] & {
    readonly changes: Pick<Topic<{ readonly tenant: string; readonly subject: string }>, 'subscribe'>;
  };
  readonly owners: Owners;
  /** Absent in payload mode. */
  readonly logto: { readonly management: LogtoManagement; readonly accounts: LogtoAccounts } | undefined;
  readonly accountChanged: RemoveMembersDeps['accountChanged'];
  readonly endApplications: RemoveMembersDeps['endApplications'];
  readonly requestedRoles: RolesInTenantDeps['requestedRoles'];
  readonly titlesOf: TitlesOf;
  readonly factChanges: Pick<FactChanges, 'publish'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly roleLog: RoleLog;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Members {
  readonly router: ReturnType<typeof createMembersRouter>;
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
    findPeople,
    removeRoles,
    isActive,
    suspendedAmong,
    grantedRolesOf,
    grants,
    factChanges,
    logto,
    audit,
    log,
    now,
  } = options;
  const onError = (err: Error): void => log.warn({ err }, notUpToDate);
  const { reads } = permit;
  const { db } = database;
  const isComplete = (await completeReadingAt(db)) !== undefined;
  const { changes, loadSources } = model;
  const storeOf = (tenant: string) => createMemberStore(db, tenant);
  const view = createViewMembers({ loadSources, findPeople });
  const members = createMemberRefresh({ storeOf, reads, view, suspendedAmong, write: model.write });
  const administrators = createAdministrators({
    reads,
    isInactive: async (subject) => !(await isActive(subject)),
    changes,
    grantedRolesOf,
    rolesInLogto:
      logto &&
      (async (subject) => {
        const found = await grantsFromLogto(logtoIdOf(subject), { logto: logto.management, mapping });
        return found.isSuspended ? [] : found.grants;
      }),
  });
  const changeRoles = createChangeRoles({
    refreshAll: members.refreshAll,
    permit,
    directory,
    factChanges,
    removeRoles,
    administrators,
    changes,
    grantedRolesOf,
    grants,
    audit,
    onError,
  });
  const roles = createRolesInTenant({
    permit,
    removeRoles,
    changes,
    requestedRoles: options.requestedRoles,
    endGrant: grants.endGrant,
    titlesOf: options.titlesOf,
    factChanges,
  });
  const removalDeps = {
    refresh: members.refresh,
    administrators,
    owners: options.owners,
    roles,
    store: createRemovalStore(db),
    accounts: logto?.accounts,
    accountChanged: options.accountChanged,
    endApplications: options.endApplications,
    async forgetMember(tenant: string, subject: string) {
      await storeOf(tenant).forget(subject);
      model.topic.publish({ tenant });
    },
    audit,
    onError,
  } satisfies RemoveMembersDeps;
  const removal = { ...createRemoveMembers(removalDeps), ...createRestoreMembers(removalDeps) };

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
  const unsubscribe = grants.changes.subscribe({
    onMessage: ({ tenant, subject }) =>
      inBackground(async () => {
        await members.refresh(tenant, subject);
      }),
    onGap() {}, // Displayed members are compared with Permit anyway, and a sweep reads all members.
  });

  return {
    router: createMembersRouter({
      decider: options.decider,
      readableTitles: options.readableTitles,
      readableCollections: options.readableCollections,
      members: {
        storeOf,
        countsOf: counts.of,
        ...members,
        view,
        changeRoles,
        onError,
        now,
        removal,
        refreshShown: createRefreshShown({ db, reads, refresh: members.refresh, onError }),
        completeAt: () => completeReadingAt(db),
        changes: model.topic,
        roleLog: options.roleLog,
      },
    }),
    async roleSourcesOf(tenant, subject) {
      return (await members.refreshedView(tenant, subject))?.roles ?? [];
    },
    roles,
    administrators,
    people: {
      async search(tenant, { text, limit }) {
        const order = { sort: 'name', direction: 'asc', offset: 0 } as const;
        return (await storeOf(tenant).list({ ...order, search: text, limit })).map(personOf);
      },
      among: async (tenant, keys) => (await storeOf(tenant).among(keys)).map(personOf),
      async activityAmong(tenant, keys) {
        return (await storeOf(tenant).among(keys)).map((row) => {
          const status = statusOf(row);
          return {
            subject: row.subject,
            lastSignInAt: row.lastSignInAt,
            isInactive: status === 'dormant',
            isSuspended: status === 'suspended',
          };
        });
      },
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
