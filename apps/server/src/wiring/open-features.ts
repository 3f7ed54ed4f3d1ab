import { createPermissions } from '@latchkey/permissions';
import { createPermitFacts } from '@latchkey/directory-sync';
import { createAccounts, createAdmit } from '../directory/accounts.ts';
import { createApprovers } from '../directory/approvers.ts';
import { createFindPerson } from '../directory/find-person.ts';
import { createMemberDirectory } from '../directory/member-directory.ts';
import { createReadPresentRoles } from '../directory/present-roles.ts';
import { createRemoveRoles } from '../directory/remove-roles.ts';
import type { Identity } from '../authentication/identity.ts';
import { createPeople } from '../directory/people.ts';
import { parseInstance } from '../directory/shared-resources.ts';
import { openAccessApi } from '../features/access-api/open-access-api.ts';
import { createAuditUses } from '../features/audit/audit-uses.ts';
import { createStoredExplanations } from '../features/audit/stored-explanations.ts';
import { openAudit } from '../features/audit/open-audit.ts';
import { openStreams } from '../features/audit/open-streams.ts';
import { createMemberModel } from '../features/members/member-model.ts';
import { createMemberStore } from '../features/members/member-store.ts';
import { openMembers } from '../features/members/open-members.ts';
import { createRemovalStore } from '../features/members/removal/removal-store.ts';
import { openNotices } from '../features/notices/open-notices.ts';
import { createIsClosedTo } from '../features/reports/clearance.ts';
import { createInstanceSource, createTitles } from '../features/reports/titles.ts';
import { openRemoval } from '../features/reports/report-removal.ts';
import { createOwners } from '../features/reports/shares/last-owner.ts';
import { createSharing } from '../features/reports/shares/sharing.ts';
import { createWhoCanOpen } from '../features/reports/shares/who-can-open.ts';
import { grantsAmong, instanceGrantsOn, tenantGrantsOf } from '../features/requests/live-grants.ts';
import { createRequestStore } from '../features/requests/request-store.ts';
import { createReadRequestNotice, openRequests } from '../features/requests/open-requests.ts';
import { openReviews } from '../features/reviews/open-reviews.ts';
import { createReadReviewNotice, createReminders } from '../features/reviews/due.ts';
import { limitSyncToInstallation } from '../features/sync/installation-permissions.ts';
import { openDirectorySync } from '../features/sync/open-directory-sync.ts';
import { openViewAs } from '../features/view-as/open-view-as.ts';
import { createAccessExplainer } from '../features/why/explain-access.ts';
import type { Foundation } from './open-foundation.ts';
import { createReviewAccess, createReviewSources } from './reviews.ts';
import type { ServiceSettings } from './service-settings.ts';
import { maxConnections } from '../platform/database/open-database.ts';
import { createTurns } from '../platform/turns.ts';

export type Features = Awaited<ReturnType<typeof openFeatures>>;

/** In order: each feature depends only on what is opened before it. `opening` closes them in reverse. */
export async function openFeatures(
  settings: ServiceSettings,
  foundation: Foundation,
  opening: AsyncDisposableStack,
) {
  const { deadlines = {}, observer, approvalRules, log } = settings;
  const { database, bus, now, decider, factChanges, management, permitFacts, logto } = foundation;
  const { db } = database;
  const { reads } = permitFacts;
  const warn =
    (message: string) =>
    (err: unknown): void =>
      log.warn({ err }, message);

  const auditLog = openAudit({
    retentionDays: 365,
    ...settings.audit,
    onLost: observer?.auditEventsLost,
    database,
    bus,
    now,
    log,
    present: {
      rolesOf: createReadPresentRoles({
        reads,
        logto: logto?.management,
        grantsOf: (tenant, subject) => grantsAmong(db, { tenant, subjects: [subject] }),
        now,
      }),
      requestOf: (tenant, id) => createRequestStore({ db, now }, tenant).find(id),
    },
  });
  opening.defer(() => auditLog.close());
  const { record: audit } = auditLog;
  const streams = openStreams({ db, settings: settings.audit?.stream ?? {}, log });
  opening.defer(() => streams.close());

  const onMembersError = warn('members are not up to date');
  const model = createMemberModel({
    db,
    bus,
    grantedRolesOf: (subjects) => tenantGrantsOf(db, subjects),
    onError: onMembersError,
  });
  const sync = await openDirectorySync({
    ...settings.sync,
    logto: logto?.management,
    firstCallDeadline: deadlines.firstCall,
    databaseUrl: settings.databaseUrl,
    database,
    bus,
    factChanges,
    decider,
    permit: management,
    users: model.syncedUsers,
    audit,
    log,
  });
  opening.defer(() => sync.close());

  const callersDecider = limitSyncToInstallation(decider);
  const permissionsFor = (who: Pick<Identity, 'subject' | 'tenant' | 'actors'>) =>
    createPermissions(callersDecider, who);
  const names = createPeople({ directory: foundation.directory, factChanges, patience: deadlines.names });
  const findPeople = names.find;
  const approversOf = createApprovers({ decider, people: names, factChanges });
  const accounts = createAccounts(sync.revocations);
  const { accountOf, isActive, inactiveAmong, suspendedAmong } = accounts;
  const findPerson = createFindPerson({
    directory: foundation.directory,
    reads,
    isMember: async (tenant, subject) => (await createMemberStore(db, tenant).find(subject)) !== undefined,
    isActive,
  });
  const removals = createRemovalStore(db);
  const directory = createMemberDirectory({
    directory: foundation.directory,
    findPerson,
    removalOf: (tenant, subject) => removals.last(tenant, subject),
  });
  const titles = createTitles(db);
  const requestedOn = (on: Parameters<typeof instanceGrantsOn>[1]) => instanceGrantsOn(db, on);
  const whoCanOpen = createWhoCanOpen({ decider, permissionsFor, inactiveAmong });
  const owners = createOwners({
    db,
    reads,
    directory,
    findPerson,
    titlesOf: titles.titlesOf,
    requestedOn,
    changes: model.changes,
    whoCanOpen,
    inactiveAmong,
    patience: deadlines.names,
    audit,
  });

  const readRequestNotice = createReadRequestNotice({
    db,
    decider,
    findPeople,
    titlesOf: titles.openTitlesOf,
    approvalRules,
    now,
  });
  const notices = await openNotices({
    db,
    settings: settings.notices,
    consoleUrl: settings.consoleUrl,
    reads,
    readers: {
      asked: readRequestNotice,
      'ends-soon': readRequestNotice,
      'review-due': createReadReviewNotice({ db, decider, now }),
    },
    now,
    log,
  });
  const requests = await openRequests({
    database,
    bus,
    decider,
    permissionsFor,
    approversOf,
    findPeople,
    permit: permitFacts,
    ...titles,
    isClosedTo: createIsClosedTo(db, permissionsFor),
    directory,
    accountOf,
    isActive,
    factChanges,
    notices,
    approvalRules,
    audit,
    now,
    log,
  });
  opening.defer(() => requests.close());
  opening.defer(() => notices.close());
  const { isReconciling } = sync;
  const removeRoles = createRemoveRoles({ permit: permitFacts, accountOf, isReconciling });
  const members = await openMembers({
    database,
    model,
    // A bulk call may take longer than a page waits.
    permit: { reads, writes: createPermitFacts(foundation.permit).writes },
    directory,
    findNames: findPeople,
    removeRoles,
    accounts,
    grants: {
      of: (subjects) => tenantGrantsOf(db, subjects),
      end: (role) => requests.endGrant(role),
      assign: requests.assignRole,
    },
    grantChanges: requests.router.changes,
    owners,
    logto,
    accountChanged: sync.accountChanged,
    removal: {
      requestedRoles: (tenant, subject) => grantsAmong(db, { tenant, subjects: [subject] }),
      endGrant: ({ instance, ...role }) =>
        requests.endGrant(role, instance === undefined ? undefined : parseInstance(instance)),
      titlesOf: titles.titlesOf,
      factChanges,
    },
    audit,
    onError: onMembersError,
    now,
  });
  opening.defer(() => members.close());
  // Limits the transactions that wait for Permit, so that other connections serve everything else.
  const inTurn = createTurns(maxConnections.requests / 2, deadlines.permitApi ?? 3_000);
  const sharing = createSharing({
    db,
    inTurn,
    reads,
    directory,
    people: members.people,
    findPeople,
    findPerson,
    removeRoles,
    owners,
    requestedOn,
    endGrant: ({ on: { tenant, ...instance }, ...share }) =>
      requests.endGrant({ tenant, ...share }, instance),
    readableCollections: titles.readableCollections,
    whoCanOpen,
    suspendedAmong,
    audit,
  });
  const removal = openRemoval({
    db,
    directory,
    audit,
    now,
    onError: warn('a deleted report waits for another attempt to remove it'),
  });
  opening.defer(() => removal.close());

  const reviews = openReviews({
    db,
    bus,
    reads,
    logto: logto?.management,
    ...createReviewSources(db),
    loadSources: model.loadSources,
    access: createReviewAccess({ db, reads, members, owners, sharing, inactiveAmong }),
    accounts: logto?.accounts,
    accountChanged: sync.accountChanged,
    decider,
    factChanges,
    patient: database.patient,
    ...createAuditUses(db),
    titlesOf: titles.titlesOf,
    directory,
    inactiveAmong,
    findPerson,
    findPeople,
    audit,
    now,
    onError: warn('an access review waits for another attempt'),
  });
  opening.defer(() => reviews.close());
  const reminders = createReminders({
    db,
    notices,
    now,
    onError: warn('the reviewers of an access review are not reminded yet'),
  });
  opening.defer(() => reminders.close());

  const viewAs = openViewAs({
    db,
    audit,
    now,
    decider: callersDecider,
    instanceGrants: (user, resources) => decider.instanceGrants(user, resources),
    findPerson,
    findPeople,
    isActive,
    admitRoles: requests.admit,
    factChanges,
    onError: warn('the end of a view is not noted yet'),
  });
  opening.defer(() => viewAs.close());
  const explainer = createAccessExplainer({
    permissionsFor,
    roleSourcesOf: members.roleSourcesOf,
    ...titles,
  });
  const explanations = createStoredExplanations({
    db,
    read: explainer.read,
    perMinute: settings.audit?.explanationsPerMinute ?? 0,
    now,
    onError: warn('an explanation was not stored'),
  });
  opening.defer(() => explanations.idle());
  const accessApi = openAccessApi({
    decider: callersDecider,
    authorizedUsers: (question) => decider.authorizedUsers(question),
    people: members.people,
    revocations: sync.revocations,
    admitRoles: requests.admit,
    instances: createInstanceSource(db),
  });
  const admit = createAdmit({
    checks: [sync.admit, requests.admit],
    permissionsFor,
    resolveView: viewAs.resolve,
  });
  return {
    auditLog,
    sync,
    permissionsFor,
    findPeople,
    findPerson,
    approversOf,
    titles,
    owners,
    requests,
    members,
    sharing,
    inTurn,
    reviews,
    viewAs,
    explainer,
    explanations,
    accessApi,
    admit,
  };
}
