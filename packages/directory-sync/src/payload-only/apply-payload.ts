import { applyOne, type OnApplied } from '../apply/apply-one.ts';
import { attributeValue } from '../mapping/attribute-value.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { PermitFacts } from '../permit/permit-facts.ts';
import type { Operation } from '../plan/operation.ts';
import { isManagedBySync, originAttribute } from '../plan/managed-by-sync.ts';
import { planGoneOrganization, planOrganization } from '../plan/plan.ts';
import { planGone, planUser } from '../plan/plan-user.ts';
import type { LogtoUserState, PermitUserState } from '../plan/states.ts';
import { logtoUserFacts, userAfter, type SyncedUser } from '../plan/synced-user.ts';
import { completePermitUser, type UserStatus } from '../reconcile/plan-for-user.ts';
import type { Payload } from './payload.ts';

export interface PayloadDeps {
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly onApplied?: OnApplied | undefined;
}

export interface PayloadOutcome {
  /** Absent when the payload does not contain it. */
  readonly status?: UserStatus;
  readonly operations: readonly Operation[];
  /** The state in both directories as far as it is known; absent when the payload is not about a user. */
  readonly user?: SyncedUser;
}

/**
 * Applies one payload, and changes nothing that it does not contain, for installations without a machine-to-machine
 * application. Misses role changes, for which Logto sends no event. The caller must skip payloads with an older
 * `version` than one already applied.
 * @throws {PermitApiError}
 */
export async function applyPayload(
  payload: Payload,
  { permit, mapping, onApplied }: PayloadDeps,
): Promise<PayloadOutcome> {
  const outcome = await planPayload(payload, { permit, mapping });
  for (const step of outcome.operations) await applyOne(step, permit.writes, onApplied); // oxlint-disable-line no-await-in-loop -- in the order of the plan
  return outcome;
}

async function planPayload(payload: Payload, { permit, mapping }: PayloadDeps): Promise<PayloadOutcome> {
  switch (payload.kind) {
    case 'user': {
      const state: LogtoUserState = { user: payload.user, roles: undefined, memberships: undefined };
      const present = await completePermitUser(await permit.reads.user(userKey(payload.user.id)), state, {
        permit,
        mapping,
        isOrganization: async () => false,
      });
      const status = payload.user.isSuspended === true ? 'suspended' : 'active';
      const operations = planUser(state, present, mapping);
      const user = userNow(userKey(payload.user.id), present, operations);
      return { status, operations, user: { ...user, logto: logtoUserFacts(state) } };
    }
    case 'user-gone': {
      const present = await permit.reads.user(userKey(payload.id));
      const operations = planGone(present);
      return { status: 'gone', operations, user: userNow(userKey(payload.id), present, operations) };
    }
    case 'user-part': {
      const present = await permit.reads.user(userKey(payload.id));
      if (present === undefined) return { operations: [] };
      const operations = planPart(payload, present, mapping);
      return { operations, user: userNow(present.key, present, operations) };
    }
    case 'organization': {
      const tenant = await permit.reads.tenant(tenantKey(payload.organization.id));
      return { operations: planOrganization(payload.organization, tenant) };
    }
    case 'organization-gone':
      return { operations: planGoneOrganization(await permit.reads.tenant(tenantKey(payload.id))) };
    default:
      return planMembership(payload, { permit, mapping });
  }
}

/** `/custom-data` and `/profile` send only that part, so only the attributes mapped to it are set. */
function planPart(
  { part, value }: Extract<Payload, { kind: 'user-part' }>,
  present: PermitUserState,
  mapping: DirectoryMapping,
): Operation[] {
  const changed = mapping.attributes
    .filter(({ path }) => path[0] === part)
    .map((attribute) => [attribute.name, attributeValue({ [part]: value }, attribute)] as const);
  if (changed.every(([name, found]) => present.attributes[name] === found)) return [];
  const attributes = Object.entries({ ...present.attributes, ...Object.fromEntries(changed) });
  const user = {
    ...present,
    attributes: Object.fromEntries(attributes.filter(([, found]) => found !== undefined)),
  };
  return [{ kind: 'update-user', user, lastName: present.lastName }];
}

/** The event lists who joined or left, but not their organization roles. */
async function planMembership(
  { organization, user, isMember }: Extract<Payload, { kind: 'membership' }>,
  { permit, mapping }: PayloadDeps,
): Promise<PayloadOutcome> {
  const tenant = tenantKey(organization);
  const [present, presentTenant] = await Promise.all([
    permit.reads.user(userKey(user)),
    permit.reads.tenant(tenant),
  ]);
  const key = userKey(user);
  const outcome = (operations: Operation[]): PayloadOutcome => ({
    operations,
    user: userNow(key, present, operations),
  });
  const held = (present?.grants ?? []).filter(
    (grant) => grant.tenant === tenant && mapping.ownedInOrganization.has(grant.role),
  );
  if (!isMember) {
    if (presentTenant === undefined || !isManagedBySync(presentTenant)) return outcome([]);
    return outcome(held.map((grant): Operation => ({ kind: 'unassign', user: key, grant })));
  }
  const role = mapping.memberRole;
  if (role === undefined || held.some((grant) => grant.role === role)) return outcome([]);
  // The id serves as the name until an event brings the name.
  const tenants =
    presentTenant === undefined ? planOrganization({ id: organization, name: organization }, undefined) : [];
  const grant = { role, tenant };
  if (present !== undefined) return outcome([...tenants, { kind: 'assign', user: key, grant }]);
  // The sign-up event has not arrived yet. It will add email, name and attributes.
  const grants = [{ role: mapping.defaultRole, tenant: defaultTenant }, grant];
  const attributes = { [originAttribute]: user };
  return outcome([
    ...tenants,
    { kind: 'create-user', user: { key, email: null, firstName: null, attributes }, grants },
  ]);
}

function userNow(
  key: string,
  present: PermitUserState | undefined,
  operations: readonly Operation[],
): SyncedUser {
  return { key, logto: undefined, permit: userAfter(key, present, operations) };
}
