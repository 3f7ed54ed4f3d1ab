/* oxlint-disable vitest/no-conditional-expect -- a property over all cases asserts on some of them */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import { logtoWorld, permitState, type LogtoWorld, modelPermit } from '../testing/arbitrary-states.ts';
import { testMapping } from '../testing/test-policy.ts';
import type { Operation } from './operation.ts';
import {
  isManagedBySync,
  originAttribute,
  suspendedRolesAttribute,
  sameGrant,
  formatSuspendedRoles,
} from './managed-by-sync.ts';
import { mappedGrants } from './plan-user.ts';
import { plan, type PermitState } from './plan.ts';
import type { PermitGrant, PermitUserState } from './states.ts';
import { userAfter } from './synced-user.ts';

const world = { logto: logtoWorld, permit: permitState };
const runs = { numRuns: 400 };
const apply = (state: PermitState, operations: readonly Operation[]): PermitState =>
  operations.reduce(modelPermit, state);
const holds = (property: (input: { logto: LogtoWorld; permit: PermitState }) => void): void =>
  fc.assert(fc.property(fc.record(world), property), runs);
const owned = ({ role, tenant, instance }: PermitGrant): boolean =>
  instance === undefined &&
  (tenant === defaultTenant ? testMapping.ownedInDefault : testMapping.ownedInOrganization).has(role);

test('after a plan is applied, the next plan is empty', () =>
  holds(({ logto, permit }) => {
    expect(plan(logto, apply(permit, plan(logto, permit, testMapping)), testMapping)).toEqual([]);
  }));

test('interrupting and replanning leads to the same state', () =>
  holds(({ logto, permit }) => {
    const whole = plan(logto, permit, testMapping);
    const end = apply(permit, whole);
    for (let stop = 0; stop < whole.length; stop++) {
      const half = apply(permit, whole.slice(0, stop));
      const again = apply(half, plan(logto, half, testMapping));
      expect(shape(again)).toEqual(shape(end));
    }
  }));

function nameOf({ role, tenant, instance = '' }: PermitGrant): string {
  return `${role}@${tenant}#${instance}`;
}

function shape(state: PermitState): unknown {
  return {
    tenants: [...state.tenants.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    users: [...state.users.values()]
      .map((user) => ({ ...user, grants: user.grants.map(nameOf).toSorted() }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

test("the mapping's roles end as mapped, and no user temporarily gains another of them", () =>
  holds(({ logto, permit }) => {
    const wanted = new Map(
      logto.users.map((state) => [
        userKey(state.user.id),
        state.user.isSuspended === true ? [] : mappedGrants(state, testMapping),
      ]),
    );
    const isForeign = (tenant: string): boolean =>
      tenant !== defaultTenant && !logto.organizations.some(({ id }) => tenantKey(id) === tenant);
    let state = permit;
    for (const operation of plan(logto, permit, testMapping)) {
      const before = state;
      state = modelPermit(state, operation);
      for (const user of state.users.values()) {
        const gained = user.grants.filter(
          (grant) => !(before.users.get(user.key)?.grants ?? []).some((held) => sameGrant(held, grant)),
        );
        for (const grant of gained.filter((one) => owned(one) && !isForeign(one.tenant))) {
          expect(wanted.get(user.key)).toContainEqual(grant);
        }
      }
    }
    for (const [key, grants] of wanted) {
      const { grants: held = [] } = state.users.get(key) ?? {};
      const inOwnTenants = held.filter((one) => owned(one) && !isForeign(one.tenant));
      expect(inOwnTenants).toHaveLength(grants.length);
      for (const grant of grants) expect(held).toContainEqual(grant);
    }
  }));

test('preserves roles, attributes, last names, users and tenants that sync does not manage, and every role in foreign tenants', () =>
  holds(({ logto, permit }) => {
    const after = apply(permit, plan(logto, permit, testMapping));
    const users = new Map(logto.users.map((state) => [userKey(state.user.id), state]));
    const gone = [...permit.tenants.values()].filter(
      (one) => isManagedBySync(one) && !logto.organizations.some(({ id }) => tenantKey(id) === one.key),
    );
    const isForeign = (key: string): boolean =>
      key !== defaultTenant &&
      [...permit.tenants.values()].some((one) => one.key === key && !isManagedBySync(one)) &&
      !logto.organizations.some(({ id }) => tenantKey(id) === key);
    for (const before of permit.users.values()) {
      const logtoUser = users.get(before.key);
      const now = after.users.get(before.key);
      if (logtoUser === undefined) {
        expect(now === undefined).toBe(isManagedBySync(before));
        continue;
      }
      expect(now?.lastName).toBe(before.lastName);
      expect(now?.attributes['team']).toBe(before.attributes['team']);
      if (logtoUser.user.isSuspended === true) continue;
      for (const grant of before.grants) {
        if ((owned(grant) && !isForeign(grant.tenant)) || gone.some(({ key }) => key === grant.tenant))
          continue;
        expect(now?.grants).toContainEqual(grant);
      }
    }
    for (const before of permit.tenants.values()) {
      if (!isManagedBySync(before)) expect(after.tenants.has(before.key)).toBe(true);
    }
  }));

test('the default role is assigned when the user is created and never again', () =>
  holds(({ logto, permit }) => {
    const grants = plan(logto, permit, testMapping).flatMap((one) =>
      one.kind === 'assign' || one.kind === 'restore' ? [{ user: one.user, grant: one.grant }] : [],
    );
    for (const { user, grant } of grants) {
      if (grant.role !== 'viewer' || grant.tenant !== defaultTenant) continue;
      // The default role can only be restored: the user held it before the suspension.
      expect(permit.users.get(user)?.attributes[suspendedRolesAttribute]).toContain('viewer@default');
    }
    for (const one of plan(logto, permit, testMapping)) {
      if (one.kind !== 'create-user') continue;
      const suspended = logto.users.find(({ user }) => userKey(user.id) === one.user.key)?.user.isSuspended;
      if (suspended === true)
        expect(one).toMatchObject({
          grants: [],
          user: { attributes: { [suspendedRolesAttribute]: ['viewer@default'] } },
        });
      else expect(one.grants).toContainEqual({ role: 'viewer', tenant: defaultTenant });
    }
  }));

test('a suspended user has no roles, and regains them when the suspension ends', () =>
  holds(({ logto, permit }) => {
    const suspended = {
      ...logto,
      users: logto.users.map((one) => ({ ...one, user: { ...one.user, isSuspended: true } })),
    };
    const active = {
      ...logto,
      users: logto.users.map((one) => ({ ...one, user: { ...one.user, isSuspended: false } })),
    };
    const before = apply(permit, plan(active, permit, testMapping));
    const during = apply(before, plan(suspended, before, testMapping));
    for (const { user } of logto.users) expect(during.users.get(userKey(user.id))?.grants).toEqual([]);
    const after = apply(during, plan(active, during, testMapping));
    expect(shape(after)).toEqual(shape(before));
  }));

test('attributes have the declared type or are absent, and every user that sync writes is marked', () =>
  holds(({ logto, permit }) => {
    const after = apply(permit, plan(logto, permit, testMapping));
    for (const { user } of logto.users) {
      const { attributes = {} } = after.users.get(userKey(user.id)) ?? {};
      expect(attributes[originAttribute]).toBe(user.id);
      for (const [name, type] of [
        ['clearance', 'string'],
        ['level', 'number'],
        ['remote', 'boolean'],
      ] as const) {
        if (name in attributes) expect(typeof attributes[name]).toBe(type);
      }
    }
  }));

const userShape = (user: PermitUserState | undefined): unknown =>
  user && { ...user, grants: formatSuspendedRoles(user.grants), foreignTenants: undefined };

test("predicts the user's state in Permit after the operations of a plan", () =>
  fc.assert(
    fc.property(logtoWorld, permitState, (logto, permit) => {
      const operations = plan(logto, permit, testMapping);
      const end = operations.reduce(modelPermit, permit);
      // Permit skips restored roles in tenants that no longer exist.
      const carriedOut = operations.filter(
        (one) => one.kind !== 'restore' || end.tenants.has(one.grant.tenant),
      );
      for (const key of new Set([...permit.users.keys(), ...end.users.keys()])) {
        expect(userShape(userAfter(key, permit.users.get(key), carriedOut))).toEqual(
          userShape(end.users.get(key)),
        );
      }
    }),
    { numRuns: 400 },
  ));
