import { logtoIdOf, userKey } from '@latchkey/directory-sync';
import { ListNotPlannableError, type Check, type Deny, type DenyReason } from '@latchkey/permissions';
import type { AuthZenOptions } from '@latchkey/permissions/express';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { AppDecider, PdpDecider } from '../../directory/decisions.ts';
import type { DirectoryPeople } from '../../directory/directory-person.ts';

export interface AccessApiDeps {
  readonly decider: AppDecider;
  readonly authorizedUsers: PdpDecider['authorizedUsers'];
  readonly people: Pick<DirectoryPeople, 'holders'>;
  readonly revocations: {
    readonly ensureCurrent: () => Promise<void>;
    readonly isRevoked: (subject: string) => boolean;
  };
  /** Waits until ended roles of the subject are removed. @throws {AppError} `AUTHORIZATION_UNAVAILABLE` */
  readonly admitRoles: (who: { readonly subject: string }) => Promise<void>;
  readonly instances: {
    attributesOf(
      tenant: string,
      resource: string,
      ids: readonly string[],
    ): Promise<ReadonlyMap<string, { readonly classification?: string }>> | undefined;
    idsIn: NonNullable<AuthZenOptions<typeof policy>['findResources']>;
  };
}

export type AccessApi = Pick<
  AuthZenOptions<typeof policy>,
  'policy' | 'decider' | 'findSubjects' | 'findMembers' | 'findResources'
>;

/** Maximum number of members to check for a permission that a rule grants. */
const maxMembers = 10_000;

const byRule = new Set<string>(policy.rules.flatMap(({ permissions }) => permissions));

/**
 * Answers other services with the console's decisions. As in the console, suspended and deleted users are denied, ended
 * roles do not count, and an instance must belong to the tenant. The attributes of instances come from the database;
 * subjects are Logto ids.
 */
export function openAccessApi(deps: AccessApiDeps): AccessApi {
  const { decider, authorizedUsers, people, revocations, admitRoles, instances } = deps;

  /** All checks have the same tenant. A check becomes `undefined` if the tenant does not have its instance. */
  const located = async (checks: readonly Check<AppPermission>[]) => {
    const tenant = checks[0]?.tenant ?? '';
    const aboutInstances = checks.filter(({ instance }) => instance !== undefined);
    const found = new Map(
      await Promise.all(
        [...Map.groupBy(aboutInstances, resourceOf)].map(async ([resource, ofResource]) => {
          const ids = ofResource.flatMap(({ instance }) => instance ?? []);
          return [resource, await instances.attributesOf(tenant, resource, ids)] as const;
        }),
      ),
    );
    return checks.map((check): Check<AppPermission> | undefined => {
      const known = found.get(resourceOf(check));
      if (known === undefined || check.instance === undefined) return { ...check, attributes: undefined };
      const attributes = known.get(check.instance);
      if (attributes === undefined) return undefined;
      // A PDP that does not support attributes refuses checks that have them, so they are added only where a rule needs
      // them.
      const isNeeded = byRule.has(check.permission) && attributes.classification !== 'normal';
      return { ...check, attributes: isNeeded ? attributes : undefined };
    });
  };

  return {
    policy,
    decider: {
      ...decider,
      async decide(asked, { onSource } = {}) {
        const checks = asked.map((check) => ({ ...check, subject: userKey(check.subject) }));
        await revocations.ensureCurrent();
        await Promise.all(
          [...new Set(checks.map(({ subject }) => subject))].map((subject) => admitRoles({ subject })),
        );
        const decided = (await located(checks)).map((check, index) => ({ check, index }));
        const open = decided.flatMap(({ check, index }) =>
          check === undefined || revocations.isRevoked(check.subject) ? [] : [{ check, index }],
        );
        const decisions = await decider.decide(
          open.map(({ check }) => check),
          { onSource: (source, index) => onSource?.(source, open[index]?.index ?? index) },
        );
        const byIndex = new Map(open.map(({ index }, at) => [index, decisions[at]]));
        return checks.map(({ permission, subject }, index) => {
          const reason = revocations.isRevoked(subject) ? 'unknown_subject' : 'denied';
          return byIndex.get(index) ?? denied(permission, reason);
        });
      },
      list: (question) => {
        if (decider.list === undefined) throw new TypeError('The decider has no `list`.');
        return decider.list({ ...question, subject: userKey(question.subject) });
      },
    },
    findSubjects: async (question) => (await authorizedUsers(question)).map(logtoIdOf),
    async findMembers({ tenant, permission }) {
      const members = await people.holders(tenant, { roles: 'any', limit: maxMembers });
      if (members.total > maxMembers)
        throw new ListNotPlannableError(
          'too_many_keys',
          `A rule grants ${permission}, and ${tenant} has more than ${maxMembers} members.`,
        );
      return members.people.map(({ key }) => logtoIdOf(key));
    },
    findResources: instances.idsIn,
  };
}

function resourceOf({ permission }: Check<AppPermission>): string {
  return permission.split(':')[0] ?? '';
}

function denied(permission: AppPermission, reason: DenyReason): Deny<AppPermission, AppRole> {
  return { outcome: 'deny', permission, reason, grantedBy: [], grantedByInstanceRoles: [] };
}
