import { defaultTenant, logtoIdOf, type LogtoAccounts } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PdpDecider } from '../../directory/decisions.ts';
import { administeringRoles } from '../../directory/role-source.ts';
import { type FactChanges, waitForPropagation } from '../../directory/fact-changes.ts';
import { parseInstance, sharedResourceOf } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Audit, ChangeRecord } from '../audit/record.ts';
import { administratorsIn } from './plan-removals.ts';
import type { PopulationDeps } from './population.ts';
import {
  has,
  isFromLogto,
  isMembership,
  isSameSource,
  lesserOf,
  obstacleMessages,
  obstacleTo,
  type PresentAccess,
  type ReviewAccess,
} from './review-access.ts';
import type { Review, StoredRow } from './review-store.ts';

export interface ApplyRemovalDeps {
  readonly db: NodePgDatabase;
  readonly access: ReviewAccess;
  readonly originsOf: PopulationDeps['originsOf'];
  /** Absent in payload mode. */
  readonly accounts: Pick<LogtoAccounts, 'removeRoles' | 'leaveOrganization'> | undefined;
  /** Reports a change of an account in Logto to sync. */
  readonly accountChanged: (id: string) => Promise<void>;
  readonly decider: Pick<PdpDecider, 'grants' | 'instanceGrants' | 'invalidate'>;
  readonly factChanges: Pick<FactChanges, 'publish'>;
  readonly audit: Pick<Audit, 'changing'>;
}

/** A decided removal or change, with all of the user's removals and changes in the review. */
export interface DecidedRemoval {
  readonly review: Pick<Review, 'id' | 'tenant' | 'newOwner'> & { readonly finishedBy: string };
  readonly row: StoredRow;
  readonly going: readonly StoredRow[];
}

/**
 * The result of an attempt.
 *
 * - `removed`: the PDP no longer has the role. `gone`: the role or the user was already gone.
 * - `changed`: the source or the end of the role has changed since the population was read, so nothing was applied.
 * - `waiting`: another attempt must complete or verify the removal.
 */
export type Applied = 'removed' | 'gone' | 'changed' | 'waiting';

/**
 * Removes a role at its source: in Logto if the directory mapping assigns it, otherwise in Permit. Each step is
 * idempotent, so the next attempt continues an interrupted one.
 * @throws {AppError} `LAST_ADMINISTRATOR`, `LAST_OWNER`, `NEW_OWNER_INVALID`, and the codes in `obstacleMessages`
 * @throws {PermitApiError | LogtoApiError | AuthorizationUnavailableError}
 */
export type ApplyRemoval = (removal: DecidedRemoval) => Promise<Applied>;

export function createApplyRemoval(deps: ApplyRemovalDeps): ApplyRemoval {
  const { db, access, originsOf, accounts, accountChanged, decider, factChanges, audit } = deps;

  /** Whether neither Permit nor the PDP has the role. Ignores a role inherited from another instance. */
  const isRemoved = async ({ review: { tenant }, row }: DecidedRemoval): Promise<boolean> => {
    const { subject, instance } = row;
    const present = await access.read({ tenant, subject });
    if (present !== undefined && has(present.roles, row)) return false;
    await decider.invalidate({ subject });
    const isRole = (role: string): boolean => role === row.role;
    if (instance === null) return !(await decider.grants(subject, tenant)).roles.some(isRole);
    const resource = sharedResourceOf(instance);
    if (resource === undefined) return true;
    const grants = await decider.instanceGrants({ subject, tenant }, [resource]);
    const there = grants.find((one) => `${resource}:${one.instance}` === instance);
    if (there?.roles.some(isRole) !== true) return true;
    return (await access.inherited({ tenant, subject, instance })).some(isRole);
  };

  const verify = async (removal: DecidedRemoval): Promise<Applied> => {
    factChanges.publish({ subject: removal.row.subject });
    let isDone = false;
    await waitForPropagation(async () => (isDone = await isRemoved(removal)));
    // The last check rejects if the PDP is unavailable.
    return isDone || (await isRemoved(removal)) ? 'removed' : 'waiting';
  };

  const removeInLogto = async ({ review: { tenant }, row }: DecidedRemoval): Promise<boolean> => {
    if (accounts === undefined) throw obstacle('SYNC_NOT_CONFIGURED');
    const id = logtoIdOf(row.subject);
    try {
      if (tenant === defaultTenant) return await accounts.removeRoles(id, namesIn('roles', row.role));
      const organization = logtoIdOf(tenant);
      return isMembership(row, { tenant, isMachine: false })
        ? await accounts.leaveOrganization(id, organization)
        : await accounts.removeRoles(id, namesIn('organizationRoles', row.role), organization);
    } finally {
      // Makes sync remove the role in Permit. After a failure, the effect in Logto is unknown, so sync reads it then
      // too.
      await accountChanged(id);
    }
  };

  const make = async (removal: DecidedRemoval, present: PresentAccess): Promise<void> => {
    const { review, row, going } = removal;
    const { tenant, finishedBy: by } = review;
    const { subject, role, instance } = row;
    const place = instance === null ? undefined : parseInstance(instance);
    const held = present.roles.filter((one) => one.instance === instance).map((one) => one.role);
    const change = {
      tenant,
      channel: 'console',
      actor: { subject: by },
      subject,
      ...(place && { on: { resource: place.resource, key: place.id } }),
      cause: { kind: 'review', id: review.id },
    } as const satisfies Partial<ChangeRecord>;
    const lesser = lesserOf(row, going);
    const isAssigned = lesser === undefined || has(present.roles, lesser);
    const after = isAssigned ? held : [...held, lesser.role];
    if (!isAssigned)
      await audit.changing(
        {
          ...change,
          action: instance === null ? 'role.assign' : 'share.give',
          before: { roles: held },
          after: { roles: after },
        },
        () => access.assign({ tenant, subject, ...lesser, by }),
      );
    await audit.changing(
      {
        ...change,
        action: instance === null ? 'role.unassign' : 'share.take',
        before: { roles: after },
        after: { roles: after.filter((one) => one !== role) },
      },
      async () => {
        const isMapped = isFromLogto(row, { tenant, isMachine: present.isMachine });
        const isMade = !isMapped || (await removeInLogto(removal));
        // Sync leaves the roles that a suspension has stored.
        if (!isMapped || present.isSuspended) await access.remove({ tenant, subject, role, instance, by });
        return isMade;
      },
    );
  };

  return async (removal) => {
    const { review, row, going } = removal;
    const { tenant } = review;
    const { subject, role, instance, facts } = row;
    const isFirst = row.attempts === 1;
    const present = await access.read({ tenant, subject });
    if (present === undefined) return 'gone';
    const { isMachine, isSuspended, roles } = present;
    if (!has(roles, row)) {
      const lesser = lesserOf(row, going);
      // An earlier attempt may have removed the role. It would have assigned the lesser role before that.
      const isByOthers = isFirst || (lesser !== undefined && !has(roles, lesser));
      return isByOthers ? 'gone' : verify(removal);
    }
    const originOf = await originsOf(tenant, [{ subject, isMachine, held: roles }]);
    if (!isSameSource(facts.source, originOf({ subject, role, instance }).source, { exceptEnd: !isFirst }))
      return 'changed';
    const code = obstacleTo({ tenant, row, present, going, hasLogto: accounts !== undefined });
    if (code !== undefined) throw obstacle(code);
    // The membership comes last: the user leaves the organization after all other roles are removed.
    if (isMembership(row, { tenant, isMachine }) && roles.length > 1) return 'waiting';
    const losing = isSuspended || instance !== null ? [] : [role];
    const { id, newOwner: key, finishedBy: by } = review;
    if (instance !== null && role === 'owner') {
      const how = { origin: { actor: { subject: by } }, cause: { kind: 'review', id } } as const;
      const newOwner = key === null ? undefined : { key, ...how };
      const losing = { tenant, subject, by, instances: [instance], newOwner };
      await access.owners.removeUnlessLast(losing, () => make(removal, present));
      return verify(removal);
    }
    const others = losing.some((one) => administeringRoles.includes(one))
      ? (await administratorsIn(db, id)).filter(({ position }) => position < row.position)
      : [];
    await access.administrators.removeUnlessLast({ tenant, subject, roles: losing, others, by }, () =>
      make(removal, present),
    );
    return verify(removal);
  };
}

function obstacle(code: keyof typeof obstacleMessages): AppError {
  return new AppError(code, obstacleMessages[code]);
}

function namesIn(kind: 'roles' | 'organizationRoles', role: string): ReadonlySet<string> {
  return new Set([...directoryMapping[kind]].flatMap(([name, mapped]) => (mapped === role ? [name] : [])));
}
