import { AuthorizationUnavailableError, ExplanationUnavailableError } from '@latchkey/permissions';
import type { AppPermission } from '@latchkey/policy';
import { PermitApiError } from '@latchkey/permissions/permit';
import { AppError } from '../../platform/app-error.ts';
import type { AccessExplanation } from '../../directory/access-explanation.ts';
import type { Approvers, ApproversOf } from '../../directory/approvers.ts';
import type { FindPeople } from '../../directory/people.ts';
import { holds, type ReadRoles } from './held-roles.ts';
import type { RequestStore } from './request-store.ts';
import { columnsOf, permissionsOfTarget, type Target } from './target.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { instanceNotFound, type TitlesOf } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

/** An instance on which a role can be requested. */
export interface RequestedInstance {
  readonly resource: string;
  readonly id: string;
}

/** A user in a tenant. */
export interface Caller {
  readonly subject: string;
  readonly tenant: string;
}

export interface TargetQuestionsDeps {
  readonly readHeldRoles: ReadRoles;
  readonly findPeople: FindPeople;
  /** The approvers of the tenant. */
  readonly approversOf: ApproversOf;
  /** The keys of the users who can share an instance. @throws {AuthorizationUnavailableError} */
  readonly sharersOf: (tenant: string, instance: RequestedInstance) => Promise<string[]>;
  readonly titlesOf: TitlesOf;
}

/** Why a target cannot be requested. */
export type Obstacle = 'ALREADY_HELD' | 'ROLE_MANAGED_IN_LOGTO' | 'REQUEST_OPEN';

export const obstacleMessages: Readonly<Record<Obstacle, string>> = {
  ALREADY_HELD: 'The role is held already.',
  ROLE_MANAGED_IN_LOGTO: 'This role comes from Logto here: ask for it there.',
  REQUEST_OPEN: 'This was asked for already, and is not decided yet.',
};

/** Maximum number of users listed who can share a report. */
const mostSharers = 10;

/** Queries about the target of a request. */
export interface TargetQuestions {
  /** @throws {AppError} `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND` for instances that the tenant does not have */
  readonly requireExisting: (target: Target, tenant: string) => Promise<void>;
  /** Why the caller cannot request it. */
  readonly obstacleTo: (target: Target, caller: Caller) => Promise<Obstacle | undefined>;
  /** Why it cannot be granted to them. */
  readonly obstacleToGrant: (
    target: Target,
    to: Caller,
  ) => Promise<Exclude<Obstacle, 'REQUEST_OPEN'> | undefined>;
  /** The approvers other than the caller, those who can share the report or the collection first. `null`: unavailable. */
  readonly approversFor: (target: Target, caller: Caller) => Promise<Approvers | null>;
}

export function createTargetQuestions(
  { readHeldRoles, findPeople, approversOf, sharersOf, titlesOf }: TargetQuestionsDeps,
  storeOf: (tenant: string) => RequestStore,
): TargetQuestions {
  const obstacleToGrant: TargetQuestions['obstacleToGrant'] = async (target, { subject, tenant }) => {
    const columns = columnsOf(target);
    if (target.kind === 'role' && rolesFromLogto(tenant).has(target.role)) return 'ROLE_MANAGED_IN_LOGTO';
    const grant = await storeOf(tenant).liveGrant(subject, columns);
    // A temporary grant can be extended.
    if (grant !== undefined) return grant.expiresAt === null ? 'ALREADY_HELD' : undefined;
    return holds(await readHeldRoles(subject, tenant), columns) ? 'ALREADY_HELD' : undefined;
  };

  return {
    async requireExisting(target, tenant) {
      if (target.kind === 'role') return;
      const { resource, id } = target;
      if (!(await titlesOf(tenant, resource, [id])).has(id)) throw instanceNotFound(resource, id);
    },

    async obstacleTo(target, caller) {
      const open = await storeOf(caller.tenant).openRequest(caller.subject, columnsOf(target));
      return open === undefined ? obstacleToGrant(target, caller) : 'REQUEST_OPEN';
    },
    obstacleToGrant,

    async approversFor(target, { subject, tenant }) {
      try {
        const [approvers, sharers] = await Promise.all([
          approversOf(tenant),
          target.kind === 'role' ? [] : sharersOf(tenant, target),
        ]);
        const approving = new Set(approvers.people.map(({ key }) => key));
        const others = sharers.filter((key) => !approving.has(key)).slice(0, mostSharers);
        const people = [...(await findPeople(others)).values(), ...approvers.people];
        return {
          people: people.filter(({ key }) => key !== subject),
          more: approvers.more || sharers.length > mostSharers,
        };
      } catch (error) {
        if (isOutage(error)) return null;
        throw error;
      }
    },
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof AuthorizationUnavailableError || error instanceof PermitApiError;
}

/** The permissions that a user would gain by the target, in the policy's order. */
export async function addedBy(
  target: Target,
  permissions: SignedIn['permissions'],
): Promise<AppPermission[]> {
  const granted = permissionsOfTarget(target);
  const on = target.kind === 'instance' ? target.id : undefined;
  const decisions = await permissions.checkMany(granted.map((permission) => ({ permission, on })));
  return granted.filter((_, index) => decisions[index]?.outcome === 'deny');
}

/** `null` when it is unavailable, so that the approver sees the rest. */
export async function explainOrNull(
  explain: () => Promise<AccessExplanation>,
): Promise<AccessExplanation | null> {
  try {
    return await explain();
  } catch (error) {
    if (error instanceof ExplanationUnavailableError || isOutage(error)) return null;
    if (error instanceof AppError && error.code === 'EXPLANATION_LIMIT') return null;
    throw error;
  }
}
