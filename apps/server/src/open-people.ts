import { createPermissions, type PolicyPermissions } from '@latchkey/permissions';
import { logtoIdOf, type PermitFacts } from '@latchkey/directory-sync';
import type { policy } from '@latchkey/policy';
import { createApprovers, type ApproversOf } from './auth/approvers.ts';
import { createFindPerson, type FindPerson } from './auth/find-person.ts';
import type { Identity } from './auth/identity.ts';
import { createPeople, type FindPeople } from './auth/people.ts';
import type { AuditLog } from './features/audit/open-audit.ts';
import type { MemberModel } from './features/members/member-model.ts';
import { openMembers, type Members } from './features/members/open-members.ts';
import { openRemoval } from './features/reports/report-removal.ts';
import { createSharing, type Sharing } from './features/reports/shares/sharing.ts';
import type { Titles } from './features/reports/titles.ts';
import { instanceGrantsOn, tenantGrantsOf } from './features/requests/live-grants.ts';
import { openRequests, type Requests } from './features/requests/open-requests.ts';
import { limitSyncToInstallation } from './features/sync/installation-permissions.ts';
import type { DirectorySync } from './features/sync/open-directory-sync.ts';
import { openViewAs, type ViewAsService } from './features/view-as/open-view-as.ts';
import type { Foundation } from './open-foundation.ts';
import type { ServiceSettings } from './service-settings.ts';
import type { SignedIn } from './trpc/context.ts';

/** Dependencies of `openPeople`. */
export interface PeopleDeps {
  readonly settings: Pick<ServiceSettings, 'deadlines' | 'notices' | 'consoleUrl' | 'log'>;
  readonly foundation: Foundation;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly sync: Pick<DirectorySync, 'revocations' | 'admit'>;
  readonly model: MemberModel;
  readonly permitFacts: PermitFacts;
  readonly titles: Titles;
  readonly onMembersError: (error: Error) => void;
}

/** The services for callers, users and their access. */
export interface OpenedPeople {
  readonly permissionsFor: (
    who: Pick<Identity, 'subject' | 'tenant' | 'actors'>,
  ) => PolicyPermissions<typeof policy>;
  /**
   * Returns the caller with their current permissions, or those of the view with this id.
   * @throws {AppError} `SUBJECT_REVOKED`, `VIEW_AS_ENDED`
   */
  readonly admit: (identity: Identity, view?: string) => Promise<SignedIn>;
  readonly findPeople: FindPeople;
  readonly findPerson: FindPerson;
  readonly approversOf: ApproversOf;
  readonly requests: Requests;
  readonly members: Members;
  readonly sharing: Sharing;
  readonly viewAs: ViewAsService['viewAs'];
}

/** Opens them in order. @param opening - disposed of in reverse */
export async function openPeople(deps: PeopleDeps, opening: AsyncDisposableStack): Promise<OpenedPeople> {
  const { settings, foundation, audit, sync, model, permitFacts, titles, onMembersError } = deps;
  const { log } = settings;
  const { database, bus, now, decider, factChanges, directory } = foundation;
  const { titlesOf, openTitlesOf, readableCollections } = titles;
  const callersDecider = limitSyncToInstallation(decider);
  const permissionsFor: OpenedPeople['permissionsFor'] = (who) => createPermissions(callersDecider, who);
  const people = createPeople({ directory, factChanges, patience: settings.deadlines?.names });
  const approversOf = createApprovers({ decider, people, factChanges });
  const accountOf = async (subject: string) => {
    const id = logtoIdOf(subject);
    return (await sync.revocations.recordsOf([id])).get(id);
  };
  const requests = await openRequests({
    database,
    bus,
    decider,
    permissionsFor,
    approversOf,
    findPeople: people.find,
    permit: permitFacts,
    titlesOf,
    openTitlesOf,
    directory,
    accountOf,
    factChanges,
    notices: settings.notices,
    consoleUrl: settings.consoleUrl,
    audit: audit.record,
    now,
    log,
  });
  opening.defer(() => requests.close());
  const members = await openMembers({
    database,
    model,
    reads: permitFacts.reads,
    directory,
    findNames: people.find,
    async suspendedAmong(subjects) {
      const records = await sync.revocations.recordsOf(subjects.map(logtoIdOf));
      return new Set(subjects.filter((subject) => records.get(logtoIdOf(subject))?.status === 'suspended'));
    },
    grants: {
      of: (subjects) => tenantGrantsOf(database.db, subjects),
      end: (role) => requests.endGrant(role),
    },
    grantChanges: requests.router.changes,
    audit: audit.record,
    onError: onMembersError,
  });
  opening.defer(() => members.close());
  const findPerson = createFindPerson({ directory, reads: permitFacts.reads, accountOf });
  const sharing = createSharing({
    db: database.db,
    reads: permitFacts.reads,
    directory,
    people: members.people,
    findPeople: people.find,
    findPerson,
    requestedOn: ({ tenant, resource, id: instance }) =>
      instanceGrantsOn(database.db, { tenant, resource, instance }),
    endGrant: ({ on: { tenant, resource, id: instance }, ...share }) =>
      requests.endGrant({ tenant, ...share }, { resource, instance }),
    readableCollections,
    audit: audit.record,
  });
  const removal = openRemoval({
    db: database.db,
    directory,
    audit: audit.record,
    now,
    onError: (err) => log.warn({ err }, 'a deleted report waits for another attempt to remove it'),
  });
  opening.defer(() => removal.close());
  const viewAs = openViewAs({
    db: database.db,
    audit: audit.record,
    now,
    decider: callersDecider,
    instanceGrants: (user, resources) => decider.instanceGrants(user, resources),
    findPerson,
    findPeople: people.find,
    isActive: async (subject) => ((await accountOf(subject))?.status ?? 'active') === 'active',
    admitRoles: requests.admit,
    factChanges,
    onError: (err) => log.warn({ err }, 'the end of a view is not noted yet'),
  });
  opening.defer(() => viewAs.close());
  return {
    permissionsFor,
    async admit(identity, view) {
      await sync.admit(identity);
      await requests.admit(identity);
      const caller = { identity, permissions: permissionsFor(identity) };
      return view === undefined ? caller : viewAs.resolve(caller, view);
    },
    findPeople: people.find,
    findPerson,
    approversOf,
    requests,
    members,
    sharing,
    viewAs: viewAs.viewAs,
  };
}
