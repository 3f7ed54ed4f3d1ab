import type { Facts, InstanceFact, UserFact } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';
import type { AttributeChange, Change } from './explanation.ts';
import type { Situation } from './situation.ts';

/** Returns the situation with the fact added. Does not mutate its input. */
export function applyChange(situation: Situation, change: Change): Situation {
  switch (change.kind) {
    case 'tenant-role':
      return withUser(situation, change.user, ({ roles = {}, ...user }) => ({
        ...user,
        roles: { ...roles, [change.tenant]: [...(valueOf(roles, change.tenant) ?? []), change.role] },
      }));
    case 'instance-role':
      return withUser(situation, change.user, ({ instanceRoles = {}, ...user }) => ({
        ...user,
        instanceRoles: {
          ...instanceRoles,
          [change.object]: [...(valueOf(instanceRoles, change.object) ?? []), change.role],
        },
      }));
    case 'relation':
      return withInstance(situation, change.object, ({ relations = {}, ...instance }) => ({
        ...instance,
        relations: {
          ...relations,
          [change.relation]: [valueOf(relations, change.relation) ?? [], change.subject].flat(),
        },
      }));
    default:
      return withAttribute(situation, change);
  }
}

function withAttribute(situation: Situation, { of, key, attribute, value }: AttributeChange): Situation {
  const { facts, check } = situation;
  const set = (values: object = {}) => ({ ...values, [attribute]: value });
  if (key === undefined) {
    const part = of === 'resource' ? 'attributes' : 'context';
    return { ...situation, check: { ...check, [part]: set(check[part]) } };
  }
  switch (of) {
    case 'user':
      return withUser(situation, key, (user) => ({ ...user, attributes: set(user.attributes) }));
    case 'resource':
      return withInstance(situation, key, (instance) => ({
        ...instance,
        attributes: set(instance.attributes),
      }));
    default: {
      const tenant = valueOf(facts.tenants ?? {}, key) ?? {};
      const tenants = { ...facts.tenants, [key]: { ...tenant, attributes: set(tenant.attributes) } };
      return { ...situation, facts: { ...facts, tenants } };
    }
  }
}

function withUser(situation: Situation, key: string, change: (user: UserFact) => UserFact): Situation {
  const { facts } = situation;
  const users = { ...facts.users, [key]: change(userOf(facts, key) ?? {}) };
  return { ...situation, facts: { ...facts, users } };
}

type AnyInstance = InstanceFact<Policy, string>;

function withInstance(
  situation: Situation,
  object: string,
  change: (instance: AnyInstance) => AnyInstance,
): Situation {
  const { facts, check } = situation;
  const instance = instanceOf(facts, object) ?? { tenant: check.tenant };
  return { ...situation, facts: { ...facts, instances: { ...facts.instances, [object]: change(instance) } } };
}

export function userOf({ users = {} }: Facts, key: string): UserFact | undefined {
  return valueOf(users, key);
}

export function instanceOf({ instances = {} }: Facts, object: string): AnyInstance | undefined {
  return valueOf(instances, object);
}
