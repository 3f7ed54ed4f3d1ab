import { defaultTenant, logtoIdOf, type LogtoAccounts } from '@latchkey/directory-sync';
import type { FindPerson, PersonView } from '../../directory/find-person.ts';
import { gatedPermissionsIn } from '../../directory/gated-permissions.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { MemberRef } from './member.ts';
import { createLoadShareSources, type ShareSourcesDeps } from './role-sources.ts';
import type { PermissionsFor, PdpDecider } from '../../directory/decisions.ts';
import type { ReadableTitles } from '../../directory/shared-resources.ts';

/** The maximum number of reports listed. The rest are only counted. */
const maxShares = 50;
const maxSessions = 20;

export interface PersonRouterDeps extends ShareSourcesDeps {
  readonly findPerson: FindPerson;
  readonly permissionsFor: PermissionsFor;
  readonly decider: Pick<PdpDecider, 'instanceGrants'>;
  readonly readableTitles: ReadableTitles;
  /** Absent in payload mode. */
  readonly logtoAccounts: LogtoAccounts | undefined;
  readonly logtoConsole: string | undefined;
}

export function createPersonRouter(deps: PersonRouterDeps) {
  const { findPerson, permissionsFor, decider, readableTitles } = deps;
  const { logtoAccounts, logtoConsole } = deps;
  const loadShareSources = createLoadShareSources(deps);

  return router({
    /**
     * Returns what a user may do in the tenant.
     *
     * - `logtoUrl`: the user's page in Logto's console, only for callers in the tenant `default`.
     * - `permissions`: those that any gate requires, in the policy's order.
     * - `shares`: the roles on reports, including those through a collection. `title` is `null` if the caller may not
     *   read the report. `source` is `null` unless the role comes from a request or was assigned in this console.
     *
     * @throws `PERSON_NOT_FOUND`
     */
    access: permitted('members:view')
      .meta({
        tool: {
          name: 'access_of_person',
          title: 'Access of a person',
          description:
            'What one person can do in the organization: roles, where they come from, and roles on reports and collections.',
        },
      })
      .input(MemberRef)
      .query(async ({ ctx, input: { subject } }) => {
        const { tenant } = ctx.identity;
        const person = await findPerson(subject, tenant);
        const [{ here }, granted, grants] = await Promise.all([
          gatedPermissionsIn(tenant, ctx.router),
          permissionsFor({ subject, tenant }).granted(),
          decider.instanceGrants({ subject, tenant }, ['reports']),
        ]);
        const held = new Set(granted.permissions);
        const shown = grants.slice(0, maxShares);
        const reports = shown.map(({ instance }) => instance);
        const [titles, findSource] = await Promise.all([
          readableTitles(ctx, reports),
          loadShareSources({ tenant, subject, reports }),
        ]);
        return {
          isFromLogto: person.isFromLogto,
          logtoUrl: tenant === defaultTenant ? logtoUrlOf(person, logtoConsole) : null,
          permissions: here.filter((permission) => held.has(permission)),
          shares: shown.map(({ instance, roles }) => ({
            report: instance,
            title: titles.get(instance) ?? null,
            roles: roles.map((role) => ({ role, source: findSource(instance, role) })),
          })),
          moreShares: grants.length - shown.length,
        };
      }),

    /**
     * Returns a user's Logto sessions, newest first, or `null` if they are unavailable. Sessions belong to the whole
     * installation, so only administrators of the tenant `default` see them.
     * @throws `PERSON_NOT_FOUND`
     */
    sessions: permitted('members:assign')
      .input(MemberRef)
      .query(async ({ ctx: { identity }, input: { subject } }) => {
        const person = await findPerson(subject, identity.tenant);
        if (identity.tenant !== defaultTenant || person.isMachine) return null;
        const sessions = await logtoAccounts?.sessionsOf(logtoIdOf(subject));
        if (sessions === undefined) return null;
        return sessions.slice(0, maxSessions).map(({ id, signedInAt, expiresAt }) => ({
          id,
          signedInAt: signedInAt === null ? null : new Date(signedInAt).toISOString(),
          expiresAt: new Date(expiresAt).toISOString(),
        }));
      }),
  });
}

function logtoUrlOf(
  { key, isFromLogto, isMachine }: PersonView,
  logtoConsole: string | undefined,
): string | null {
  if (logtoConsole === undefined || !isFromLogto || isMachine) return null;
  return `${logtoConsole.replace(/\/+$/, '')}/users/${encodeURIComponent(logtoIdOf(key))}`;
}
