import {
  parseSuspendedRoles,
  suspendedRolesAttribute,
  withoutSuspendedRoles,
  type PermitFacts,
} from '@latchkey/directory-sync';
import type { FactChanges } from '../../../directory/fact-changes.ts';
import { rolesFromLogto } from '../../../directory/role-source.ts';
import { parseInstance, type TitlesOf } from '../../../directory/shared-resources.ts';
import type { RoleChanges } from '../role-changes.ts';
import type { RemovedRole } from '../tables.ts';

export interface RolesInTenantDeps {
  readonly permit: PermitFacts;
  readonly changes: Pick<RoleChanges, 'record'>;
  /** Returns the grants of a user in a tenant and on its instances. */
  readonly requestedRoles: (
    tenant: string,
    subject: string,
  ) => Promise<readonly (Pick<RemovedRole, 'role' | 'instance'> & { readonly endsAt: Date | null })[]>;
  /** Ends the grant of the role. Returns `false` if there is none. @throws {PermitApiError} */
  readonly endGrant: (
    role: Who & Pick<RemovedRole, 'role' | 'instance'> & { readonly by: string },
  ) => Promise<boolean>;
  readonly titlesOf: TitlesOf;
  readonly factChanges: Pick<FactChanges, 'publish'>;
}

interface Who {
  readonly tenant: string;
  readonly subject: string;
}

/** Access to all roles of a user in a tenant and on its instances, including those that a suspension has stored. */
export interface RolesInTenant {
  /** @throws {PermitApiError} */
  read(who: Who): Promise<RemovedRole[]>;
  /** @throws {PermitApiError} */
  remove(who: Who & { readonly by: string }): Promise<void>;
  /** Removes one role. @throws {PermitApiError} */
  removeOne(role: Who & Pick<RemovedRole, 'role' | 'instance'> & { readonly by: string }): Promise<void>;
  /**
   * Assigns roles again, except those that sync assigns, temporary ones, and those on deleted instances.
   * @throws {PermitApiError}
   */
  restore(who: Who & { readonly by: string }, roles: readonly RemovedRole[]): Promise<void>;
}

export function createRolesInTenant(deps: RolesInTenantDeps): RolesInTenant {
  const { changes, requestedRoles, endGrant, titlesOf, factChanges } = deps;
  const { reads, writes } = deps.permit;

  const read: RolesInTenant['read'] = async ({ tenant, subject }) => {
    const [user, grants, requested] = await Promise.all([
      reads.user(subject),
      reads.grantsOf(subject),
      requestedRoles(tenant, subject),
    ]);
    const stored = parseSuspendedRoles(user?.attributes[suspendedRolesAttribute]);
    const held = [...grants, ...stored].filter((grant) => grant.tenant === tenant);
    return held.map(({ role, instance }) => ({
      role,
      ...(instance !== undefined && { instance }),
      isTemporary: requested.some(
        (one) => one.role === role && one.instance === instance && one.endsAt !== null,
      ),
    }));
  };

  const existingAmong = async (tenant: string, instances: readonly string[]): Promise<Set<string>> => {
    const byResource = Map.groupBy(instances.map(parseInstance), ({ resource }) => resource);
    const found = await Promise.all(
      [...byResource].map(async ([resource, ofResource]) => {
        const ids = ofResource.map(({ id }) => id);
        return [...(await titlesOf(tenant, resource, ids)).keys()].map((id) => `${resource}:${id}`);
      }),
    );
    return new Set(found.flat());
  };

  return {
    read,

    async remove({ tenant, subject, by }) {
      const held = await read({ tenant, subject });
      // A granted role that is not assigned yet would be assigned later.
      const pending = (await requestedRoles(tenant, subject)).filter(
        (one) => !held.some(({ role, instance }) => role === one.role && instance === one.instance),
      );
      try {
        /* oxlint-disable no-await-in-loop -- few; those on instances share one call below */
        for (const { role, instance } of [...held, ...pending]) {
          const take = async (): Promise<void> => {
            const isEnded = await endGrant({ tenant, subject, role, instance, by });
            if (!isEnded && instance === undefined) await writes.unassign(subject, { role, tenant });
          };
          await (instance === undefined
            ? changes.record({ tenant, subject, role, change: 'unassign', by }, take)
            : take());
        }
        /* oxlint-enable no-await-in-loop */
        const onInstances = held.filter(({ instance }) => instance !== undefined);
        if (onInstances.length > 0)
          await writes.unassignAll(
            onInstances.map(({ role, instance }) => ({ user: subject, grant: { role, tenant, instance } })),
          );
        const user = await reads.user(subject);
        const changed = user && withoutSuspendedRoles(user, tenant);
        if (changed !== undefined) await writes.updateUser(changed);
      } finally {
        factChanges.publish({ subject });
      }
    },

    async removeOne({ tenant, subject, role, instance, by }) {
      const take = async (): Promise<void> => {
        const user = await reads.user(subject);
        const changed = user && withoutSuspendedRoles(user, tenant, { role, instance });
        if (changed !== undefined) await writes.updateUser(changed);
        const isEnded = await endGrant({ tenant, subject, role, instance, by });
        if (!isEnded) await writes.unassign(subject, { role, tenant, instance });
      };
      try {
        await (instance === undefined
          ? changes.record({ tenant, subject, role, change: 'unassign', by }, take)
          : take());
      } finally {
        factChanges.publish({ subject });
      }
    },

    async restore({ tenant, subject, by }, roles) {
      const lasting = roles.filter(({ isTemporary }) => !isTemporary);
      const bySync = rolesFromLogto(tenant);
      try {
        for (const { role, instance } of lasting) {
          if (instance !== undefined || bySync.has(role)) continue;
          // oxlint-disable-next-line no-await-in-loop -- few
          await changes.record({ tenant, subject, role, change: 'assign', by }, () =>
            writes.assign(subject, { role, tenant }),
          );
        }
        // An assignment would recreate a deleted instance in Permit.
        const exists = await existingAmong(
          tenant,
          lasting.flatMap(({ instance }) => instance ?? []),
        );
        const onInstances = lasting.filter(({ instance }) => instance !== undefined && exists.has(instance));
        if (onInstances.length > 0)
          await writes.assignAll(
            onInstances.map(({ role, instance }) => ({ user: subject, grant: { role, tenant, instance } })),
          );
      } finally {
        factChanges.publish({ subject });
      }
    },
  };
}
