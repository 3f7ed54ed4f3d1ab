import type { LogtoManagement } from '../logto/logto-management.ts';
import { LogtoApiError } from '../logto/logto-transport.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { defaultTenant, logtoIdOf, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { PermitFacts } from '../permit/permit-facts.ts';
import type { Operation } from '../plan/operation.ts';
import { isManagedBySync } from '../plan/managed-by-sync.ts';
import { planOrganization } from '../plan/plan-organization.ts';
import { mappedGrants, planGone, planUser } from '../plan/plan-user.ts';
import type { LogtoOrganization, LogtoUserState, PermitUserState } from '../plan/states.ts';
import { readLogtoUser, type LogtoUserReading } from './read-logto-user.ts';

export interface ReconcileDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
}

/** What a user turned out to be; `unknown` is nobody that Logto or sync ever had. */
export type UserStatus = 'active' | 'suspended' | 'gone' | 'unknown';

export interface UserHint {
  /** Logto's. */
  readonly id: string;
  /**
   * Why one looks: Logto's `delivery` named the user, so whom Logto does not know is gone; a `token` may be a machine's,
   * and whom Logto does not know as a user is then none of sync's business, unless sync itself once wrote them.
   */
  readonly because: 'delivery' | 'token';
  /** Nobody has heard of the user yet, so Permit is not asked whether it has; finding that it has costs one call more. */
  readonly isNew?: boolean;
  /** Hears the status before Permit is touched, so that access ends even while Permit does not answer. */
  readonly onStatus?: (status: UserStatus) => Promise<void>;
}

/** What makes one user in Permit what they are in Logto now. @throws {LogtoApiError | PermitApiError} */
export async function planForUser(
  { id, because, isNew = false, onStatus = async () => {} }: UserHint,
  { logto, permit, mapping }: ReconcileDeps,
): Promise<{ status: UserStatus; operations: Operation[] }> {
  const asked = isNew ? undefined : permit.reads.user(userKey(id));
  asked?.catch(() => {}); // Awaited below; Logto's answer comes first.
  const reading = await readWhole(id, logto, mapping);
  const early = statusOf(reading, undefined, because);
  if (early !== 'unknown') await onStatus(early);
  const bare = await (asked ?? (reading === undefined ? permit.reads.user(userKey(id)) : undefined));
  const status = statusOf(reading, bare, because);
  if (status !== early) await onStatus(status);

  const isOrganization = async (id: string): Promise<boolean> => (await logto.organization(id)) !== undefined;
  const present = await completed(bare, reading?.state, { permit, mapping, isOrganization });
  if (reading === undefined) return { status, operations: status === 'gone' ? planGone(present) : [] };
  const operations = planUser(reading.state, present, mapping);
  const tenants = await missingTenants(operations, reading.organizations, permit);
  return { status, operations: [...tenants, ...operations] };
}

/** Whoever is deleted between two of the calls is read as not there. */
async function readWhole(
  id: string,
  logto: LogtoManagement,
  mapping: DirectoryMapping,
): Promise<LogtoUserReading | undefined> {
  try {
    return await readLogtoUser(id, logto, mapping);
  } catch (error) {
    if (error instanceof LogtoApiError && error.status === 404) return undefined;
    throw error;
  }
}

function statusOf(
  reading: LogtoUserReading | undefined,
  present: PermitUserState | undefined,
  because: UserHint['because'],
): UserStatus {
  if (reading !== undefined) return reading.state.user.isSuspended === true ? 'suspended' : 'active';
  return because === 'delivery' || (present !== undefined && isManagedBySync(present)) ? 'gone' : 'unknown';
}

/** Adds what only some plans need: roles on instances, and which tenants are no organization's. */
export async function completed(
  present: PermitUserState | undefined,
  logto: LogtoUserState | undefined,
  { permit, mapping, isOrganization }: CompletionDeps,
): Promise<PermitUserState | undefined> {
  if (present === undefined || logto === undefined) return present;
  if (logto.user.isSuspended === true) {
    return { ...present, grants: await permit.reads.grantsOf(present.key) };
  }
  const wanted = new Set(mappedGrants(logto, mapping).map(({ tenant }) => tenant));
  const doubtful = present.grants.filter(
    ({ role, tenant }) =>
      tenant !== defaultTenant && !wanted.has(tenant) && mapping.ownedInOrganization.has(role),
  );
  const keys = [...new Set(doubtful.map(({ tenant }) => tenant))];
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
  /** Whether Logto has an organization for a tenant that sync has not marked yet. */
  readonly isOrganization: (id: string) => Promise<boolean>;
}

/** The tenants that the operations need and Permit does not have yet. */
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
