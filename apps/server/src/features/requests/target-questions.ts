import {
  AuthorizationUnavailableError,
  ExplanationUnavailableError,
  permissionsOf,
} from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { PermitApiError } from '@latchkey/permissions/permit';
import { AppError } from '../../platform/app-error.ts';
import type { AccessExplanation, ExplainAccess, RemedyView } from '../../directory/access-explanation.ts';
import type { Approvers, ApproversOf } from '../../directory/approvers.ts';
import type { PdpDecider } from '../../directory/decisions.ts';
import type { FindPeople } from '../../directory/people.ts';
import { ruleOf, sharersOf, type ApprovalRules } from './decide-rights.ts';
import { heldRolesOf, holds, type HeldRolesReads } from './held-roles.ts';
import type { RequestStore } from './request-store.ts';
import { columnsOf, permissionsOfTarget, type Target } from './target.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { instanceNotFound, type TitlesOf } from '../../directory/shared-resources.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

export interface Caller {
  readonly subject: string;
  readonly tenant: string;
}

export interface TargetQuestionsDeps {
  readonly reads: HeldRolesReads;
  readonly decider: Pick<PdpDecider, 'authorizedUsers'>;
  readonly findPeople: FindPeople;
  readonly approversOf: ApproversOf;
  readonly rules: ApprovalRules;
  readonly titlesOf: TitlesOf;
  readonly explainAccess: ExplainAccess;
  /** Returns whether a report is confidential and the user is not cleared. @throws {AuthorizationUnavailableError} */
  readonly isClosedTo: (who: Caller, report: string) => Promise<boolean>;
}

export type Obstacle = ObstacleToGrant | ObstacleToEffect | 'REQUEST_OPEN';
type ObstacleToGrant = 'ALREADY_HELD' | 'ROLE_MANAGED_IN_LOGTO';

/**
 * `NOT_CLEARED`: the report is confidential, and the role does not give clearance. `REQUEST_WITHOUT_EFFECT`: the role
 * does not grant the permission that was denied.
 */
type ObstacleToEffect = 'NOT_CLEARED' | 'REQUEST_WITHOUT_EFFECT';

export const obstacleMessages: Readonly<Record<Obstacle, string>> = {
  ALREADY_HELD: 'The user already has this role.',
  ROLE_MANAGED_IN_LOGTO: 'This role is managed in Logto: request it there.',
  REQUEST_OPEN: 'There is already an open request for this role.',
  NOT_CLEARED: 'The report is confidential, and the requester is not cleared for confidential reports.',
  REQUEST_WITHOUT_EFFECT: 'The role does not grant the permission that was denied.',
};

/** A target, and the denied permission that led to the request, if any. */
export interface Wanted {
  readonly target: Target;
  readonly permission: string | null;
  readonly permissionOn: string | null;
}

const maxSharers = 10;

export function createTargetQuestions(deps: TargetQuestionsDeps, storeOf: (tenant: string) => RequestStore) {
  const { reads, decider, findPeople, approversOf, titlesOf, explainAccess, isClosedTo, rules } = deps;
  const obstacleToGrant = async (
    target: Target,
    { subject, tenant }: Caller,
  ): Promise<ObstacleToGrant | undefined> => {
    const columns = columnsOf(target);
    if (target.kind === 'role' && rolesFromLogto(tenant).has(target.role)) return 'ROLE_MANAGED_IN_LOGTO';
    const grant = await storeOf(tenant).liveGrant(subject, columns);
    // A temporary grant can be extended.
    if (grant !== undefined) return grant.expiresAt === null ? 'ALREADY_HELD' : undefined;
    return holds(await heldRolesOf(reads, { tenant, subject }), columns) ? 'ALREADY_HELD' : undefined;
  };

  return {
    /** Requires that the tenant has the instance. @throws {AppError} `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND` */
    requireExisting: async (target: Target, tenant: string): Promise<void> => {
      if (target.kind === 'role') return;
      const { resource, id } = target;
      if (!(await titlesOf(tenant, resource, [id])).has(id)) throw instanceNotFound(resource, id);
    },

    obstacleTo: async (target: Target, caller: Caller): Promise<Obstacle | undefined> => {
      const open = await storeOf(caller.tenant).openRequest(caller.subject, columnsOf(target));
      return open === undefined ? obstacleToGrant(target, caller) : 'REQUEST_OPEN';
    },
    obstacleToGrant,

    /**
     * Returns why the target would not help the user `to`: it does not grant the denied permission, or the confidential
     * report stays closed. `reader` is the caller, who reads the explanation.
     * @throws as `ExplainAccess`
     */
    obstacleToEffect: async (
      { target, permission: denied, permissionOn: on }: Wanted,
      to: Caller,
      reader: SignedIn,
    ): Promise<ObstacleToEffect | undefined> => {
      const granted = permissionsOfTarget(target);
      const report =
        target.kind === 'instance' && target.resource === 'reports'
          ? target.id
          : denied?.startsWith('reports:') === true
            ? on
            : null;
      const clears = granted.includes('reports:view-confidential');
      if (report !== null && !clears && (await isClosedTo(to, report))) return 'NOT_CLEARED';
      const permission = granted.find((one) => one === denied);
      const isHere = target.kind === 'role' || on === null || on === target.id;
      if (denied === null || (permission !== undefined && isHere)) return undefined;
      const asked = permissionsOf(policy).find((one) => one === denied);
      if (asked === undefined) return 'REQUEST_WITHOUT_EFFECT';
      const { outcome, remedies } = await explainAccess(reader, {
        subject: to.subject,
        permission: asked,
        instance: on ?? undefined,
      });
      const helps = outcome === 'allow' || remedies.some((changes) => isTargetAlone(target, changes));
      return helps ? undefined : 'REQUEST_WITHOUT_EFFECT';
    },

    /** Returns the approvers except the caller. Users who can share the instance come first. `null` if unavailable. */
    approversFor: async (target: Target, { subject, tenant }: Caller): Promise<Approvers | null> => {
      try {
        const [approvers, sharers] = await Promise.all([
          approversOf(tenant, ruleOf(rules, columnsOf(target)).decidedWith),
          target.kind === 'role' ? [] : sharersOf(decider, tenant, target),
        ]);
        const approving = new Set(approvers.people.map(({ key }) => key));
        const others = sharers.filter((key) => !approving.has(key)).slice(0, maxSharers);
        const people = [...(await findPeople(others)).values(), ...approvers.people];
        return {
          people: people.filter(({ key }) => key !== subject),
          more: approvers.more || sharers.length > maxSharers,
        };
      } catch (error) {
        return nullInOutage(error);
      }
    },
  };
}

/** Whether the remedy consists of assigning the target and nothing else. */
function isTargetAlone(target: Target, [change, ...others]: RemedyView): boolean {
  if (change === undefined || others.length > 0) return false;
  if (change.kind === 'tenant-role') return target.kind === 'role' && change.role === target.role;
  return (
    change.kind === 'instance-role' &&
    target.kind === 'instance' &&
    change.role === target.role &&
    change.instance.resource === target.resource &&
    change.instance.key === target.id
  );
}

/** Returns `null` for an outage. @throws any other error */
export function nullInOutage(error: unknown): null {
  if (error instanceof AuthorizationUnavailableError || error instanceof PermitApiError) return null;
  throw error;
}

export async function addedBy(
  target: Target,
  permissions: SignedIn['permissions'],
): Promise<AppPermission[]> {
  const granted = permissionsOfTarget(target);
  const on = target.kind === 'instance' ? target.id : undefined;
  const decisions = await permissions.checkMany(granted.map((permission) => ({ permission, on })));
  return granted.filter((_, index) => decisions[index]?.outcome === 'deny');
}

/** Returns the explanation; `null` if none is available, so that the approver still sees the rest. */
export async function explainOrNull(
  explain: () => Promise<AccessExplanation>,
): Promise<AccessExplanation | null> {
  try {
    return await explain();
  } catch (error) {
    if (error instanceof ExplanationUnavailableError) return null;
    if (error instanceof AppError && error.code === 'EXPLANATION_LIMIT') return null;
    return nullInOutage(error);
  }
}
