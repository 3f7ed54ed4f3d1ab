import type { OnApplied } from '../apply/apply-one.ts';
import type { LogtoManagement } from '../logto/logto-management.ts';
import { unlessMissing } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { withoutEditable } from '../mapping/editable-fields.ts';
import { defaultTenant, logtoIdOf, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { PermitFacts } from '../permit/permit-facts.ts';
import { isManagedBySync } from '../plan/managed-by-sync.ts';
import type { Operation } from '../plan/operation.ts';
import { mappedGrants, planGone, planUser } from '../plan/plan-user.ts';
import { planOrganization } from '../plan/plan.ts';
import type { LogtoOrganization, LogtoUserState, PermitGrant, PermitUserState } from '../plan/states.ts';
import { logtoUserFacts, userAfter, type SyncedUser } from '../plan/synced-user.ts';

export interface ReconcileDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly onApplied?: OnApplied | undefined;
}

/**
 * `gone`: deleted in Logto. `machine`: a Logto application. Administrators manage its user in Permit. `unknown`: not in
 * Logto, and not written by sync.
 */
export type UserStatus = 'active' | 'suspended' | 'gone' | 'machine' | 'unknown';

export interface UserHint {
  /** The Logto id. */
  readonly id: string;
  /**
   * `delivery`: Logto or an operator named the user. If Logto lacks the user, the user is `gone`, unless the id is an
   * application's. `token`: a token named the user or machine. If Logto lacks it, it is `unknown`, unless sync has
   * written it.
   */
  readonly because: 'delivery' | 'token';
  /** Whether the user is probably new: Permit is then not read first. A wrong guess costs one call. Default: false. */
  readonly isNew?: boolean;
  /**
   * Called with the user's status before Permit is changed, so that access can end even while Permit is unavailable.
   */
  readonly onStatus?: (status: UserStatus) => Promise<void>;
}

export interface UserPlan {
  readonly status: UserStatus;
  readonly operations: Operation[];
  /** The state in both directories after the operations; absent for a machine for which Permit was not queried. */
  readonly user?: SyncedUser;
}

/**
 * Plans one user from the current state in Logto, including missing tenants.
 * @throws {LogtoApiError | PermitApiError}
 */
export async function planForUser(
  { id, because, isNew = false, onStatus = async () => {} }: UserHint,
  deps: ReconcileDeps,
): Promise<UserPlan> {
  const { logto, permit } = deps;
  const key = userKey(id);
  const requested = isNew ? undefined : permit.reads.user(key);
  requested?.catch(() => {}); // Awaited below, after the response of Logto.
  // The user may be deleted between two of the calls, which then fail with a 404.
  const reading = await unlessMissing(readLogtoUser(id, logto, deps.mapping));
  if (reading === undefined && because === 'delivery' && (await logto.isApplication(id))) {
    await onStatus('machine');
    const machine = requested && { key, logto: undefined, permit: await requested };
    return { status: 'machine', operations: [], ...(machine === undefined ? {} : { user: machine }) };
  }
  const early = statusOf(reading, undefined, because);
  if (early !== 'unknown') await onStatus(early);
  const found = await (requested ?? (reading === undefined ? permit.reads.user(key) : undefined));
  const status = statusOf(reading, found, because);
  if (status !== early) await onStatus(status);

  const { mapping } = await trustedMapping(deps);
  const isOrganization = async (id: string): Promise<boolean> => (await logto.organization(id)) !== undefined;
  const present = await completePermitUser(found, reading?.state, { permit, mapping, isOrganization });
  if (reading === undefined) {
    const operations = status === 'gone' ? planGone(present) : [];
    return {
      status,
      operations,
      user: { key, logto: undefined, permit: userAfter(key, present, operations) },
    };
  }
  const operations = planUser(reading.state, present, mapping);
  const tenants = await missingTenants(operations, reading.organizations, permit);
  return {
    status,
    operations: [...tenants, ...operations],
    user: {
      key,
      logto: logtoUserFacts(reading.state),
      permit: userAfter(key, present, operations),
    },
  };
}

/**
 * The mapping without attributes that users can edit themselves, and the names of those.
 * @throws {LogtoApiError}
 */
export async function trustedMapping({
  logto,
  mapping,
}: Pick<ReconcileDeps, 'logto' | 'mapping'>): Promise<ReturnType<typeof withoutEditable>> {
  if (mapping.attributes.length === 0) return { mapping, untrusted: [] };
  return withoutEditable(mapping, await logto.accountCenter());
}

function statusOf(
  reading: LogtoUserReading | undefined,
  present: PermitUserState | undefined,
  because: UserHint['because'],
): UserStatus {
  if (reading !== undefined) return reading.state.user.isSuspended === true ? 'suspended' : 'active';
  return because === 'delivery' || (present !== undefined && isManagedBySync(present)) ? 'gone' : 'unknown';
}

/**
 * Adds what only some plans need: for a suspended or deleted user the roles on instances, for others the foreign
 * tenants.
 */
export async function completePermitUser(
  present: PermitUserState | undefined,
  logto: LogtoUserState | undefined,
  { permit, mapping, isOrganization }: CompletionDeps,
): Promise<PermitUserState | undefined> {
  if (present === undefined) return present;
  if (logto === undefined || logto.user.isSuspended === true) {
    return { ...present, grants: await permit.reads.grantsOf(present.key) };
  }
  const wanted = new Set(mappedGrants(logto, mapping).map(({ tenant }) => tenant));
  const removable = present.grants.filter(
    ({ role, tenant }) =>
      tenant !== defaultTenant && !wanted.has(tenant) && mapping.ownedInOrganization.has(role),
  );
  const keys = [...new Set(removable.map(({ tenant }) => tenant))];
  const tenants = await Promise.all(keys.map((key) => permit.reads.tenant(key)));
  const foreign = await Promise.all(
    tenants
      .filter((tenant) => tenant !== undefined && !isManagedBySync(tenant))
      .map(async (tenant) =>
        (await isOrganization(logtoIdOf(tenant?.key ?? ''))) ? [] : [tenant?.key ?? ''],
      ),
  );
  return { ...present, foreignTenants: new Set(foreign.flat()) };
}

export interface CompletionDeps extends Pick<ReconcileDeps, 'permit' | 'mapping'> {
  /** Called only for tenants that sync has not marked. */
  readonly isOrganization: (id: string) => Promise<boolean>;
}

/** Creates or updates the tenants in which the operations assign roles. */
async function missingTenants(
  operations: readonly Operation[],
  organizations: readonly LogtoOrganization[],
  permit: PermitFacts,
): Promise<Operation[]> {
  const needed = new Set(operations.flatMap(grantsIn).map(({ tenant }) => tenant));
  const plans = organizations
    .filter(({ id }) => needed.has(tenantKey(id)))
    .map(async (organization) =>
      planOrganization(organization, await permit.reads.tenant(tenantKey(organization.id))),
    );
  return (await Promise.all(plans)).flat();
}

function grantsIn(operation: Operation): readonly { readonly tenant: string }[] {
  if (operation.kind === 'create-user') return operation.grants;
  return operation.kind === 'assign' ? [operation.grant] : [];
}

/**
 * Returns the roles that the mapping gives a user, in a suspension after its end; none for a user whom Logto does not
 * have. Permit may not have them yet, and may have others until the user is reconciled.
 * @throws {LogtoApiError}
 */
export async function grantsFromLogto(
  id: string,
  { logto, mapping }: Pick<ReconcileDeps, 'logto' | 'mapping'>,
): Promise<{ readonly grants: readonly PermitGrant[]; readonly isSuspended: boolean }> {
  const state = (await unlessMissing(readLogtoUser(id, logto, mapping)))?.state;
  return {
    grants: state === undefined ? [] : mappedGrants(state, mapping),
    isSuspended: state?.user.isSuspended === true,
  };
}

interface LogtoUserReading {
  readonly state: LogtoUserState;
  readonly organizations: readonly LogtoOrganization[];
}

async function readLogtoUser(
  id: string,
  logto: Pick<LogtoManagement, 'user' | 'rolesOf' | 'organizationsOf'>,
  mapping: DirectoryMapping,
): Promise<LogtoUserReading | undefined> {
  const user = await logto.user(id);
  if (user === undefined) return undefined;
  const [roles, organizations] = await Promise.all([
    mapping.roleNames.size === 0 ? [] : logto.rolesOf(id),
    mapping.ownedInOrganization.size === 0 ? [] : logto.organizationsOf(id),
  ]);
  const memberships = organizations.map(({ id: organization, roles: names }) => ({
    organization,
    roles: names,
  }));
  return { state: { user, roles, memberships }, organizations };
}
