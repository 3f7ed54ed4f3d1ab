import { instanceOf } from './apply-change.ts';
import type { Change } from './explanation.ts';
import type { Assignment, ValueAt } from './meet-condition.ts';
import { objectOf, resourceOf, type Situation } from './situation.ts';

/** Reads the values that conditions see: `user.clearance`, `resource.status`, `tenant.plan`, `context.mfa`. */
export function valuesOf(situation: Situation): ValueAt {
  const { facts, check } = situation;
  const user = facts.users?.[check.subject];
  const object = objectOf(check);
  const stored = object === undefined ? undefined : instanceOf(facts, object);
  const roots: Readonly<Record<string, object>> = {
    user: {
      roles: user?.roles?.[check.tenant] ?? [],
      tenants: tenantsOf(situation),
      email: user?.email,
      ...user?.attributes,
      key: check.subject,
    },
    resource: {
      type: resourceOf(check.permission),
      ...stored?.attributes,
      ...check.attributes,
    },
    tenant: facts.tenants?.[check.tenant]?.attributes ?? {},
    context: check.context ?? {},
  };
  return (path) => path.split('.').reduce<unknown>((value, key) => propertyOf(value, key), roots);
}

/** The facts that make assignments so; `undefined` when no fact can, as a role that would have to go. */
export function changesFor(situation: Situation, assignments: readonly Assignment[]): Change[] | undefined {
  const changes = assignments.map((assignment) => changesOf(situation, assignment));
  return changes.includes(undefined) ? undefined : changes.flatMap((some) => some ?? []);
}

function changesOf(situation: Situation, { path, value }: Assignment): Change[] | undefined {
  const { policy, check } = situation;
  const { subject, tenant } = check;
  const [root = '', attribute = '', ...inner] = path.split('.');
  if (path === 'user.roles') {
    return added(valuesOf(situation)(path), value)?.map((role) => ({
      kind: 'tenant-role',
      user: subject,
      role,
      tenant,
    }));
  }
  if (path === 'user.tenants') {
    return added(valuesOf(situation)(path), value)?.map((key) => ({
      kind: 'tenant-role',
      user: subject,
      role: policy.defaultRole,
      tenant: key,
    }));
  }
  const set = (of: 'user' | 'resource' | 'tenant' | 'context', key?: string): Change => ({
    kind: 'attribute',
    of,
    key,
    attribute,
    value: withInner(valuesOf(situation)(`${root}.${attribute}`), inner, value),
  });
  if (root === 'user') return [set('user', subject)];
  if (root === 'resource') return [set('resource', storedObjectOf(situation, attribute))];
  if (root === 'context') return [set('context')];
  // Attributes of a tenant count for its members only.
  const member: Change = { kind: 'tenant-role', user: subject, role: policy.defaultRole, tenant };
  return root === 'tenant' ? [set('tenant', tenant), member] : undefined;
}

/** An attribute that the check carries overrides the stored one, so that a stored value would have no effect. */
function storedObjectOf({ check }: Situation, attribute: string): string | undefined {
  return Object.hasOwn(check.attributes ?? {}, attribute) ? undefined : objectOf(check);
}

function tenantsOf({ facts, check }: Situation): string[] {
  return Object.entries(facts.users?.[check.subject]?.roles ?? {}).flatMap(([tenant, held]) =>
    held.length === 0 ? [] : [tenant],
  );
}

/** The texts that `value` has and `before` has not; `undefined` when it is no list, or something would have to go. */
function added(before: unknown, value: unknown): string[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(value)) return undefined;
  if (!before.every((item) => value.includes(item))) return undefined;
  const more = value.filter((item: unknown) => !before.includes(item));
  return more.every((item) => typeof item === 'string') ? more : undefined;
}

/** The value with the inner property set: `country` of `{ city: 'Seoul' }`. */
function withInner(value: unknown, path: readonly string[], set: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return set;
  const before = typeof value === 'object' && value !== null ? value : {};
  return { ...before, [key]: withInner(propertyOf(before, key), rest, set) };
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
