import type { PermitFacts } from '@latchkey/directory-sync';
import type { FactChanges } from '../../../directory/fact-changes.ts';
import { readHeldRoles } from '../../../directory/held-roles.ts';
import { rolesFromLogto } from '../../../directory/role-source.ts';
import { existingAmong, type TitlesOf } from '../../../directory/shared-resources.ts';
import type { RemoveRoles } from '../../../directory/remove-roles.ts';
import type { RoleChanges } from '../role-changes.ts';
import type { RemovedRole } from '../tables.ts';

type Role = Pick<RemovedRole, 'role' | 'instance'>;

interface Who {
  readonly tenant: string;
  readonly subject: string;
}

export type By = Who & { readonly by: string };

export interface RolesInTenantDeps {
  readonly permit: PermitFacts;
  readonly removeRoles: RemoveRoles;
  readonly changes: Pick<RoleChanges, 'record'>;
  /** Returns the grants of a user in a tenant and on its instances. */
  readonly requestedRoles: (
    tenant: string,
    subject: string,
  ) => Promise<readonly (Role & { readonly endsAt: Date | null })[]>;
  /** Ends the grant of the role. Returns `false` if there is none. @throws {PermitApiError} */
  readonly endGrant: (role: By & Role) => Promise<boolean>;
  readonly titlesOf: TitlesOf;
  readonly factChanges: Pick<FactChanges, 'publish'>;
}

/** Access to all roles of a user in a tenant and on its instances, including those that a suspension has stored. */
export interface RolesInTenant {
  /** @throws {PermitApiError} */
  read(who: Who): Promise<RemovedRole[]>;
  /** @throws {AppError} `DIRECTORY_UNAVAILABLE` while the account is being suspended @throws {PermitApiError} */
  remove(who: By): Promise<void>;
  /** Removes one role. @throws as `remove` */
  removeOne(role: By & Role): Promise<void>;
  /**
   * Assigns roles again, except those that sync assigns, temporary ones, and those on deleted instances.
   * @throws {PermitApiError}
   */
  restore(who: By, roles: readonly RemovedRole[]): Promise<void>;
}

const isIn = (list: readonly Role[], { role, instance }: Role): boolean =>
  list.some((one) => one.role === role && one.instance === instance);

export function createRolesInTenant(deps: RolesInTenantDeps): RolesInTenant {
  const { removeRoles, changes, requestedRoles, endGrant, titlesOf, factChanges } = deps;
  const { reads, writes } = deps.permit;

  const removeFrom = async ({ tenant, subject, by }: By, one?: Role): Promise<void> => {
    const { assigned, stored } = await readHeldRoles(reads, { tenant, subject });
    const roles = one === undefined ? [...assigned, ...stored] : [one];
    // A granted role that is not assigned yet would be assigned later.
    const pending =
      one === undefined
        ? (await requestedRoles(tenant, subject)).filter((granted) => !isIn(roles, granted))
        : [];
    const remove = async (): Promise<boolean> => {
      /* oxlint-disable no-await-in-loop -- few; those on instances share one call below */
      for (const { role, instance } of [...roles, ...pending]) {
        const end = async (): Promise<void> => {
          const isEnded = await endGrant({ tenant, subject, role, instance, by });
          if (!isEnded && instance === undefined) await writes.unassign(subject, { role, tenant });
        };
        await (instance === undefined
          ? changes.record({ tenant, subject, role, change: 'unassign', by }, end)
          : end());
      }
      /* oxlint-enable no-await-in-loop */
      const onInstances = roles.filter(({ instance }) => instance !== undefined);
      if (onInstances.length > 0)
        await writes.unassignAll(
          onInstances.map(({ role, instance }) => ({ user: subject, grant: { role, tenant, instance } })),
        );
      return assigned.some((held) => isIn(roles, held));
    };
    try {
      await removeRoles({ subject, tenant, one }, remove);
    } finally {
      factChanges.publish({ subject });
    }
  };

  return {
    async read(who) {
      const [{ assigned, stored }, requested] = await Promise.all([
        readHeldRoles(reads, who),
        requestedRoles(who.tenant, who.subject),
      ]);
      const temporary = requested.filter(({ endsAt }) => endsAt !== null);
      return [...assigned, ...stored].map(({ role, instance }) => ({
        role,
        ...(instance !== undefined && { instance }),
        isTemporary: isIn(temporary, { role, instance }),
      }));
    },

    remove: (who) => removeFrom(who),
    removeOne: ({ role, instance, ...who }) => removeFrom(who, { role, instance }),

    async restore({ tenant, subject, by }, roles) {
      const lasting = roles.filter(({ isTemporary }) => !isTemporary);
      const bySync = rolesFromLogto(tenant);
      try {
        for (const { role, instance } of lasting) {
          if (instance !== undefined || bySync.has(role)) continue;
          // oxlint-disable-next-line no-await-in-loop -- few
          await changes.record(
            { tenant, subject, role, change: 'assign', by },
            async () => void (await writes.assign(subject, { role, tenant })),
          );
        }
        // An assignment would recreate a deleted instance in Permit.
        const exists = await existingAmong(
          titlesOf,
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
