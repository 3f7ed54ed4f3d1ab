import { applyOne } from '../apply/apply-one.ts';
import { attributeValue } from '../mapping/attribute-value.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { PermitFacts } from '../permit/permit-facts.ts';
import type { Operation } from '../plan/operation.ts';
import { isManagedBySync, originAttribute } from '../plan/managed-by-sync.ts';
import { planGoneOrganization, planOrganization } from '../plan/plan-organization.ts';
import { planGone, planUser } from '../plan/plan-user.ts';
import type { LogtoUserState, PermitUserState } from '../plan/states.ts';
import { completed, type UserStatus } from '../reconcile/plan-for-user.ts';
import type { Payload } from './payload.ts';

export interface PayloadDeps {
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
}

export interface PayloadOutcome {
  /** Only where the payload tells. */
  readonly status?: UserStatus;
  readonly operations: readonly Operation[];
}

/**
 * Brings Permit up to what one payload says, and to nothing that it does not say. This is the guide's way, for where no
 * machine-to-machine application may ask Logto: role changes, which Logto sends no event for, are not seen.
 * @throws {PermitApiError}
 */
export async function applyPayload(
  payload: Payload,
  { permit, mapping }: PayloadDeps,
): Promise<PayloadOutcome> {
  const outcome = await planPayload(payload, { permit, mapping });
  for (const step of outcome.operations) await applyOne(step, permit.writes); // oxlint-disable-line no-await-in-loop -- their order matters
  return outcome;
}

async function planPayload(payload: Payload, { permit, mapping }: PayloadDeps): Promise<PayloadOutcome> {
  switch (payload.kind) {
    case 'user': {
      const state: LogtoUserState = { user: payload.user, roles: undefined, memberships: undefined };
      const present = await completed(await permit.reads.user(userKey(payload.user.id)), state, {
        permit,
        mapping,
        isOrganization: async () => false,
      });
      const status = payload.user.isSuspended === true ? 'suspended' : 'active';
      return { status, operations: planUser(state, present, mapping) };
    }
    case 'user-gone':
      return { status: 'gone', operations: planGone(await permit.reads.user(userKey(payload.id))) };
    case 'user-part': {
      const present = await permit.reads.user(userKey(payload.id));
      return { operations: present === undefined ? [] : planPart(payload, present, mapping) };
    }
    case 'organization': {
      const tenant = await permit.reads.tenant(tenantKey(payload.organization.id));
      return { operations: planOrganization(payload.organization, tenant) };
    }
    case 'organization-gone':
      return { operations: planGoneOrganization(await permit.reads.tenant(tenantKey(payload.id))) };
    default:
      return { operations: await planMembership(payload, { permit, mapping }) };
  }
}

/** `/custom-data` and `/profile` send only that object: the attributes that come from it are renewed. */
function planPart(
  { part, value }: Extract<Payload, { kind: 'user-part' }>,
  present: PermitUserState,
  mapping: DirectoryMapping,
): Operation[] {
  const renewed = mapping.attributes
    .filter(({ path }) => path[0] === part)
    .map((attribute) => [attribute.name, attributeValue({ [part]: value }, attribute)] as const);
  if (renewed.every(([name, found]) => present.attributes[name] === found)) return [];
  const attributes = Object.entries({ ...present.attributes, ...Object.fromEntries(renewed) });
  const user = {
    ...present,
    attributes: Object.fromEntries(attributes.filter(([, found]) => found !== undefined)),
  };
  return [{ kind: 'update-user', user, lastName: present.lastName }];
}

/** Of a member only the joining and the leaving is known, not their organization roles. */
async function planMembership(
  { organization, user, isMember }: Extract<Payload, { kind: 'membership' }>,
  { permit, mapping }: PayloadDeps,
): Promise<Operation[]> {
  const tenant = tenantKey(organization);
  const [present, there] = await Promise.all([permit.reads.user(userKey(user)), permit.reads.tenant(tenant)]);
  const key = userKey(user);
  const held = (present?.grants ?? []).filter(
    (grant) => grant.tenant === tenant && mapping.ownedInOrganization.has(grant.role),
  );
  if (!isMember) {
    if (there === undefined || !isManagedBySync(there)) return [];
    return held.map((grant): Operation => ({ kind: 'unassign', user: key, grant }));
  }
  const role = mapping.memberRole;
  if (role === undefined || held.some((grant) => grant.role === role)) return [];
  // Its name comes with an event of its own.
  const tenants =
    there === undefined ? planOrganization({ id: organization, name: organization }, undefined) : [];
  const grant = { role, tenant };
  if (present !== undefined) return [...tenants, { kind: 'assign', user: key, grant }];
  // The event of their sign-up is still on its way; it finds them and adds what it knows.
  const grants = [{ role: mapping.defaultRole, tenant: defaultTenant }, grant];
  const attributes = { [originAttribute]: user };
  return [
    ...tenants,
    { kind: 'create-user', user: { key, email: null, firstName: null, attributes }, grants },
  ];
}
