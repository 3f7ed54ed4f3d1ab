import { createPermissions } from '@latchkey/permissions';
import type { AppPermission } from '@latchkey/policy';
import { AppError } from '../../platform/app-error.ts';
import type { ViewAsTarget } from '../../authentication/identity.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { decideByRole } from './decide-in-view.ts';
import { resourcesWithRoles } from '../../directory/shared-resources.ts';
import type { PdpDecider, AppDecider } from '../../directory/decisions.ts';

/** Maximum number of permissions named in a refusal. */
const maxNamed = 5;
/** Maximum number of permissions on instances that are compared. A user with more cannot be viewed. */
const maxCompared = 1_000;

export interface RightsDeps {
  /** The decider that the gates use. */
  readonly decider: AppDecider;
  readonly instanceGrants: PdpDecider['instanceGrants'];
}

/**
 * Requires that the target has no permission that the viewer lacks, through roles in the tenant or on instances.
 * Permissions from conditions are not compared, because a view never allows what the viewer may not do.
 * @throws {AppError} `VIEW_AS_MORE_RIGHTS`
 * @throws {AuthorizationUnavailableError}
 */
export async function requireNoMoreRights(
  { identity: { tenant }, permissions: own }: SignedIn,
  target: ViewAsTarget,
  { decider, instanceGrants }: RightsDeps,
): Promise<void> {
  const subject = target.kind === 'person' ? target.subject : target.role;
  const shown = createPermissions(target.kind === 'role' ? decideByRole(target.role, tenant) : decider, {
    subject,
    tenant,
  });
  const [{ permissions }, held, onInstances] = await Promise.all([
    shown.granted(),
    own.granted(),
    target.kind === 'role' ? [] : instanceGrants({ subject, tenant }, resourcesWithRoles),
  ]);
  const mine = new Set(held.permissions);
  const more = permissions.filter((permission) => !mine.has(permission));
  if (more.length > 0) throw moreRights(more);

  const questions = onInstances.flatMap((grants) =>
    grants.permissions.flatMap((permission) =>
      mine.has(permission) ? [] : [{ permission, on: grants.instance }],
    ),
  );
  if (questions.length > maxCompared) throw moreRights(questions.map(({ permission }) => permission));
  const decisions = await own.checkMany(questions);
  const denied = decisions.filter(({ outcome }) => outcome === 'deny');
  if (denied.length > 0) throw moreRights(denied.map(({ permission }) => permission));
}

function moreRights(permissions: readonly AppPermission[]): AppError {
  return new AppError('VIEW_AS_MORE_RIGHTS', 'They have permissions that you do not have.', {
    details: { permissions: [...new Set(permissions)].slice(0, maxNamed) },
  });
}
