import { valueOf } from '../core/records.ts';
import { instanceOf, userOf } from './apply-change.ts';
import type { Change } from './explanation.ts';
import type { Assignment, ValueAt } from './meet-condition.ts';
import { objectOf, resourceOf, type Situation } from './situation.ts';

export function valuesOf(situation: Situation): ValueAt {
  const { facts, check } = situation;
  const user = userOf(facts, check.subject);
  const object = objectOf(check);
  const stored = object === undefined ? undefined : instanceOf(facts, object);
  const roots: Readonly<Record<string, object>> = {
    user: {
      roles: valueOf(user?.roles ?? {}, check.tenant) ?? [],
      tenants: tenantsOf(situation),
      email: user?.email,
      ...user?.attributes,
      ...check.userAttributes,
      key: check.subject,
    },
    resource: {
      type: resourceOf(check.permission),
      ...stored?.attributes,
      ...check.attributes,
    },
    tenant: valueOf(facts.tenants ?? {}, check.tenant)?.attributes ?? {},
    context: check.context ?? {},
  };
  return (path) => path.split('.').reduce<unknown>((value, key) => propertyOf(value, key), roots);
}

/** `undefined` when adding facts is not enough, for example when a role must be removed. */
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
  // The user also becomes a member, because a tenant's attributes apply only to its members.
  const member: Change = { kind: 'tenant-role', user: subject, role: policy.defaultRole, tenant };
  return root === 'tenant' ? [set('tenant', tenant), member] : undefined;
}

/** `undefined` when the check itself carries the attribute, which overrides the stored one. */
function storedObjectOf({ check }: Situation, attribute: string): string | undefined {
  return Object.hasOwn(check.attributes ?? {}, attribute) ? undefined : objectOf(check);
}

function tenantsOf({ facts, check }: Situation): string[] {
  return Object.entries(userOf(facts, check.subject)?.roles ?? {}).flatMap(([tenant, held]) =>
    held.length === 0 ? [] : [tenant],
  );
}

/** `undefined` unless both are arrays and `value` includes all of `before`. */
function added(before: unknown, value: unknown): string[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(value)) return undefined;
  if (!before.every((item) => value.includes(item))) return undefined;
  const more = value.filter((item: unknown) => !before.includes(item));
  return more.every((item) => typeof item === 'string') ? more : undefined;
}

function withInner(value: unknown, path: readonly string[], set: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return set;
  const before = typeof value === 'object' && value !== null ? value : {};
  return { ...before, [key]: withInner(propertyOf(before, key), rest, set) };
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
