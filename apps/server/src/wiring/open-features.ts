import { createPermitFacts } from '@latchkey/directory-sync';
import { approvalRules } from '@latchkey/policy';
import { createAdmit } from '../directory/accounts.ts';
import { createReadPresentRoles } from '../directory/present-roles.ts';
import { openAccessApi } from '../features/access-api/open-access-api.ts';
import { createConnections } from '../features/applications/connections.ts';
import { createEndOfMemberships } from '../features/applications/end-of-memberships.ts';
import { openApplications } from '../features/applications/open-applications.ts';
import { createAuditFacts } from '../features/audit/audit-facts.ts';
import { createAuditUses } from '../features/audit/audit-uses.ts';
import { openAudit } from '../features/audit/open-audit.ts';
import { openStreams } from '../features/audit/open-streams.ts';
import { createStoredExplanations } from '../features/audit/stored-explanations.ts';
import { createMemberModel } from '../features/members/member-model.ts';
import { openMembers } from '../features/members/open-members.ts';
import { openNotices } from '../features/notices/open-notices.ts';
import { reportsAmong } from '../features/reports/collections/collection-store.ts';
import { openReports } from '../features/reports/open-reports.ts';
import { createInstanceAccess } from '../features/reports/shares/instance-access.ts';
import { createOwners } from '../features/reports/shares/last-owner.ts';
import { createdAmong, sharesAmong } from '../features/reports/shares/share-store.ts';
import { createWhoCanOpen } from '../features/reports/shares/who-can-open.ts';
import { createInstanceSource, createTitles } from '../features/reports/titles.ts';
import { grantsAmong, instanceGrantsOn, tenantGrantsOf } from '../features/requests/live-grants.ts';
import { openGrants } from '../features/requests/open-grants.ts';
import { createReadRequestNotice } from '../features/requests/read-notice.ts';
import { createRequestStore } from '../features/requests/request-store.ts';
import { createReadReviewNotice } from '../features/reviews/due.ts';
import { openReviews } from '../features/reviews/open-reviews.ts';
import { openDirectorySync } from '../features/sync/open-directory-sync.ts';
import { openViewAs } from '../features/view-as/open-view-as.ts';
import { createAccessExplainer } from '../features/why/explain-access.ts';
import { maxConnections } from '../platform/database/open-database.ts';
import { createTurns } from '../platform/turns.ts';
import { openDirectory } from './open-directory.ts';
import type { Foundation } from './open-foundation.ts';
import type { ServiceSettings } from './service-settings.ts';

export type Features = Awaited<ReturnType<typeof openFeatures>>;

/** In order: each feature depends only on what is opened before it. `opening` closes them in reverse. */
export async function openFeatures(
  settings: ServiceSettings,
  foundation: Foundation,
  opening: AsyncDisposableStack,
) {
  const { deadlines = {}, approvalRules: rules = approvalRules, log } = settings;
  const { database, bus, now, decider, factChanges, people: names, permit, permitFacts } = foundation;
  const { db } = database;
  const { reads } = permitFacts;
  const logto = foundation.logto?.management;
  const base = { db, database, bus, now, decider, factChanges, reads, logto, findPeople: names.find, log };
  const grantsOf = (tenant: string, subject: string) => grantsAmong(db, { tenant, subjects: [subject] });
  const grantedRolesOf = (subjects: readonly string[]) => tenantGrantsOf(db, subjects);
  const requestedOn = (on: Parameters<typeof instanceGrantsOn>[1]) => instanceGrantsOn(db, on);

  const auditLog = openAudit({
    ...base,
    retentionDays: 365,
    ...settings.audit,
    onLost: settings.observer?.auditEventsLost,
    present: {
      rolesOf: createReadPresentRoles({ ...base, grantsOf }),
      requestOf: (tenant, id) => createRequestStore({ db, now }, tenant).find(id),
    },
  });
  opening.defer(() => auditLog.close());
  const { record: audit } = auditLog;
  const streams = openStreams({ ...base, settings: settings.audit?.stream ?? {} });
  opening.defer(() => streams.close());

  const model = createMemberModel({ ...base, grantedRolesOf });
  const connections = createConnections(db);
  const endOfMemberships = createEndOfMemberships(connections, (err) =>
    log.warn({ err }, 'the applications of users who left are not ended yet'),
  );
  const sync = await openDirectorySync({
    ...settings.sync,
    ...base,
    firstCallDeadline: deadlines.firstCall,
    databaseUrl: settings.databaseUrl,
    permit: foundation.management,
    users: [model.syncedUsers, endOfMemberships],
    onRevoked: (transaction, subject) => connections.endOfAccount(transaction, subject),
    audit,
  });
  opening.defer(() => sync.close());

  const auditFacts = createAuditFacts(db);
  const uses = createAuditUses(db);
  const titles = createTitles(db);
  const users = openDirectory(foundation, sync);
  /** What most features depend on. Each one's options name what it uses. */
  const shared = { ...base, ...users, ...titles, accountChanged: sync.accountChanged, audit };
  const { callersDecider } = users;

  const whoCanOpen = createWhoCanOpen(shared);
  const owners = createOwners({
    ...shared,
    requestedOn,
    changes: model.changes,
    whoCanOpen,
    patience: deadlines.names,
  });
  const readRequestNotice = createReadRequestNotice({ ...shared, titlesOf: titles.openTitlesOf, rules });
  const notices = await openNotices({
    ...shared,
    settings: settings.notices,
    consoleUrl: settings.consoleUrl,
    readers: {
      asked: readRequestNotice,
      'ends-soon': readRequestNotice,
      'review-due': createReadReviewNotice(shared),
    },
  });
  opening.defer(() => notices.close());
  const grants = await openGrants({ ...shared, notices, rules });
  opening.defer(() => grants.close());
  const members = await openMembers({
    ...shared,
    model,
    // A bulk call may take longer than a page waits.
    permit: { reads, writes: createPermitFacts(permit).writes },
    grantedRolesOf,
    requestedRoles: grantsOf,
    grants,
    owners,
    logto: foundation.logto,
    roleLog: { ...auditFacts, ...uses },
    endApplications: (of) => connections.endOfMember(of),
  });
  opening.defer(() => members.close());
  const { people, roleSourcesOf, administrators } = members;

  const reports = openReports({
    ...shared,
    // Limits the transactions that wait for Permit, so that other connections serve everything else.
    inTurn: createTurns(maxConnections.requests / 2, deadlines.permitApi ?? 3_000),
    permitDirectory: foundation.directory,
    people,
    owners,
    requestedOn,
    endGrant: grants.endGrant,
    whoCanOpen,
    auditFacts,
  });
  opening.defer(() => reports.close());
  const applications = openApplications({
    ...shared,
    connections,
    accounts: foundation.logto?.accounts,
    resource: settings.tokens.delegated,
    consoleUrl: settings.consoleUrl,
  });
  const explainer = createAccessExplainer({ ...shared, roleSourcesOf });
  const reviews = openReviews({
    ...shared,
    patient: database.patient,
    accounts: foundation.logto?.accounts,
    loadSources: model.loadSources,
    grantsAmong: (of) => grantsAmong(db, of),
    sharesAmong: (of) => sharesAmong(db, of),
    createdAmong: (of) => createdAmong(db, of),
    reportsIn: (ids) => reportsAmong(db, ids),
    roles: members.roles,
    instances: createInstanceAccess({ db, reads, whoCanOpen }),
    administrators,
    owners,
    people,
    uses,
    roleSourcesOf,
    applications,
    notices,
  });
  opening.defer(() => reviews.close());
  const viewAs = openViewAs({
    ...shared,
    decider: callersDecider,
    instanceGrants: (user, resources) => decider.instanceGrants(user, resources),
    admitRoles: grants.admit,
  });
  opening.defer(() => viewAs.close());
  const explanations = createStoredExplanations({
    ...shared,
    read: explainer.read,
    perMinute: settings.audit?.explanationsPerMinute ?? 0,
  });
  opening.defer(() => explanations.idle());
  const accessApi = openAccessApi({
    decider: callersDecider,
    authorizedUsers: (question) => decider.authorizedUsers(question),
    people,
    revocations: sync.revocations,
    admitRoles: grants.admit,
    instances: createInstanceSource(db),
  });

  return {
    ...shared,
    auditLog,
    sync,
    titles,
    owners,
    notices,
    grants,
    members,
    applications,
    reports,
    explainer,
    explanations,
    reviews,
    viewAs,
    accessApi,
    rules,
    admit: createAdmit({
      checks: [sync.admit, grants.admit],
      permissionsFor: users.permissionsFor,
      resolveView: viewAs.resolve,
    }),
  };
}
