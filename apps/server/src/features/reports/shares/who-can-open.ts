import { AuthorizationUnavailableError } from '@latchkey/permissions';
import type { AppPermission } from '@latchkey/policy';
import type { Accounts } from '../../../directory/accounts.ts';
import type { PdpDecider, PermissionsFor } from '../../../directory/decisions.ts';
import { clearanceOf } from '../clearance.ts';
import type { SharedInstance } from './instance-roles.ts';

/** A report or a collection. A collection is neither a draft nor confidential. */
export interface Openable extends SharedInstance {
  readonly isDraft?: boolean;
  readonly isConfidential?: boolean;
}

/** Why a user cannot open a report or a collection: the first reason that applies. */
export type ObstacleToOpen = 'ACCOUNT_INACTIVE' | 'NOT_CLEARED' | 'NO_PERMISSION' | 'DRAFT';

export interface WhoCanOpenDeps {
  readonly decider: Pick<PdpDecider, 'decide'>;
  readonly permissionsFor: PermissionsFor;
  /** Returns which of these users are suspended or deleted, so that all their calls are refused. */
  readonly inactiveAmong: Accounts['inactiveAmong'];
}

/**
 * Returns why each of these users cannot open the instance, or `null` if they can, by the decisions of `reports.get`
 * and `collections.get`.
 * @throws {AuthorizationUnavailableError}
 */
export type WhoCanOpen = (
  on: Openable,
  subjects: readonly string[],
) => Promise<ReadonlyMap<string, ObstacleToOpen | null>>;

/**
 * Returns what a user with these permissions on the instance would still lack to open it, or `null`: clearance by the
 * decider, and editing for a draft.
 */
export async function lackedWith(
  whoCanOpen: WhoCanOpen,
  on: Openable,
  user: { readonly subject: string; readonly permissions: readonly string[] },
): Promise<'NOT_CLEARED' | 'DRAFT' | null> {
  const code = (await whoCanOpen(on, [user.subject])).get(user.subject);
  if (code === 'NOT_CLEARED') return code;
  return on.isDraft === true && !user.permissions.includes(`${on.resource}:edit`) ? 'DRAFT' : null;
}

/** The number of checks per PDP call. The calls are sequential, so as not to delay other callers. */
const batch = 200;

export function createWhoCanOpen({ decider, permissionsFor, inactiveAmong }: WhoCanOpenDeps): WhoCanOpen {
  const allowedAmong = async (
    { tenant, id: instance }: Openable,
    subjects: readonly string[],
    asked: {
      readonly permission: AppPermission;
      readonly attributes?: Readonly<Record<string, unknown>>;
    },
  ): Promise<Set<string>> => {
    const allowed = new Set<string>();
    for (let start = 0; start < subjects.length; start += batch) {
      const some = subjects.slice(start, start + batch);
      // oxlint-disable-next-line no-await-in-loop -- see `batch`
      const decisions = await decider.decide(
        some.map((subject) => ({ subject, tenant, instance, ...asked })),
      );
      some.forEach((subject, index) => decisions[index]?.outcome === 'allow' && allowed.add(subject));
    }
    return allowed;
  };

  const clearedAmong = async (on: Openable, subjects: readonly string[]): Promise<Set<string>> => {
    const permission = 'reports:view-confidential';
    try {
      const attributes = { classification: 'confidential' };
      return await allowedAmong(on, subjects, { permission, attributes });
    } catch (error) {
      if (!(error instanceof AuthorizationUnavailableError)) throw error;
      // Like `clearanceOf`: if the PDP cannot evaluate conditions, only a role gives clearance.
      const cleared = await allowedAmong(on, subjects, { permission });
      const other = subjects.find((subject) => !cleared.has(subject));
      if (other === undefined) return cleared;
      const { isUndecidable } = await clearanceOf(permissionsFor({ subject: other, tenant: on.tenant }));
      if (!isUndecidable) throw error;
      return cleared;
    }
  };

  return async (on, asked) => {
    const subjects = [...new Set(asked)];
    const inactive = await inactiveAmong(subjects);
    const cleared = on.isConfidential === true ? await clearedAmong(on, subjects) : undefined;
    const viewers = await allowedAmong(on, subjects, { permission: `${on.resource}:view` });
    const editors =
      on.isDraft === true
        ? await allowedAmong(on, subjects, { permission: `${on.resource}:edit` })
        : undefined;
    const lacked = (subject: string): ObstacleToOpen | null => {
      if (inactive.has(subject)) return 'ACCOUNT_INACTIVE';
      if (cleared?.has(subject) === false) return 'NOT_CLEARED';
      if (!viewers.has(subject)) return 'NO_PERMISSION';
      return editors?.has(subject) === false ? 'DRAFT' : null;
    };
    return new Map(subjects.map((subject) => [subject, lacked(subject)]));
  };
}
