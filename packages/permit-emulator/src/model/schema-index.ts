import type {
  ConditionSetFacts,
  Derivation as DerivationFacts,
  Grants,
  ResourceTypeFacts,
  RoleFacts,
  World,
} from '@latchkey/permit-engine';
import { inner, type Listener } from './table.ts';
import type { ConditionSetRecord, Derivation, ResourceRecord, RoleRecord, SetRuleRecord } from './records.ts';

export interface SchemaIndex {
  readonly resources: Listener<ResourceRecord>;
  readonly roles: Listener<RoleRecord>;
  readonly conditionSetRecords: Listener<ConditionSetRecord>;
  readonly setRules: Listener<SetRuleRecord>;
  readonly world: Pick<
    World,
    | 'conditionSet'
    | 'conditionSetRules'
    | 'conditionSets'
    | 'resourceType'
    | 'resourceTypeKeys'
    | 'role'
    | 'roleKeys'
  >;
}

type MutableGrants = Map<string, Set<string>>;

function addPermission(grants: MutableGrants, permission: string): void {
  const colon = permission.indexOf(':');
  inner(grants, permission.slice(0, colon), () => new Set<string>()).add(permission.slice(colon + 1));
}

/** Includes the roles that the role extends, at any depth. Tolerates cycles. */
function flatten(roles: (key: string) => RoleRecord | undefined, start: string): Grants {
  const grants: MutableGrants = new Map();
  const pending = [start];
  const seen = new Set<string>();
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const role = roles(key);
    if (role === undefined) continue;
    for (const permission of role.permissions) addPermission(grants, permission);
    pending.push(...role.extends);
  }
  return grants;
}

function derivationFacts({ when, users_with_role }: Derivation): DerivationFacts {
  return {
    noDirectRolesOnObject: when.no_direct_roles_on_object,
    rules: users_with_role.map((rule) => ({
      role: rule.role,
      onResource: rule.on_resource,
      relation: rule.linked_by_relation,
      noDirectRolesOnObject: rule.when.no_direct_roles_on_object,
    })),
  };
}

function setFacts(set: ConditionSetRecord): ConditionSetFacts {
  return {
    key: set.key,
    type: set.type,
    resource: set.resource ?? undefined,
    parent: set.parent ?? undefined,
    conditions: set.conditions,
  };
}

export function createSchemaIndex(): SchemaIndex {
  const resources = new Map<string, ResourceRecord>();
  const types = new Map<string, ResourceTypeFacts>();
  const tenantRoles = new Map<string, RoleRecord>();
  const sets = new Map<string, ConditionSetFacts>();
  const rules = new Map<string, Map<string, MutableGrants>>();
  /** Every change of a role clears it: schemas change rarely, checks are frequent. */
  const roleFacts = new Map<string, RoleFacts>();

  const rolesIn = (scope: string): ((key: string) => RoleRecord | undefined) => {
    if (scope === '__tenant') return (key) => tenantRoles.get(key);
    const roles = resources.get(scope)?.roles ?? {};
    return (key) => (Object.hasOwn(roles, key) ? roles[key] : undefined);
  };

  return {
    resources(before, after) {
      roleFacts.clear();
      const key = (after ?? before)?.key ?? '';
      if (after?.built_in !== false) {
        resources.delete(key);
        types.delete(key);
        return;
      }
      resources.set(key, after);
      types.set(key, { actions: Object.keys(after.actions) });
    },
    roles(before, after) {
      roleFacts.clear();
      if (before !== undefined && after === undefined) tenantRoles.delete(before.key);
      if (after !== undefined) tenantRoles.set(after.key, after);
    },
    conditionSetRecords(before, after) {
      if (before !== undefined && after === undefined) sets.delete(before.key);
      if (after !== undefined) sets.set(after.key, setFacts(after));
    },
    setRules(before, after) {
      if (before !== undefined) {
        const [type = '', action = ''] = before.permission.split(':');
        const bySet = rules.get(before.user_set);
        const grants = bySet?.get(before.resource_set);
        grants?.get(type)?.delete(action);
        // The reasons of a decision list each rule of a set, also one that grants nothing.
        if (grants && [...grants.values()].every(({ size }) => size === 0))
          bySet?.delete(before.resource_set);
      }
      if (after !== undefined) {
        const bySet = inner(rules, after.user_set, () => new Map<string, MutableGrants>());
        addPermission(
          inner(bySet, after.resource_set, () => new Map()),
          after.permission,
        );
      }
    },
    world: {
      resourceType: (key) => types.get(key),
      resourceTypeKeys: () => types.keys(),
      role(scope, key) {
        const id = `${scope}:${key}`;
        let facts = roleFacts.get(id);
        if (facts !== undefined) return facts;
        const roleOf = rolesIn(scope);
        const role = roleOf(key);
        if (role === undefined) return undefined;
        const grantedTo = role.granted_to === null ? undefined : derivationFacts(role.granted_to);
        facts = { grants: flatten(roleOf, key), grantedTo };
        roleFacts.set(id, facts);
        return facts;
      },
      roleKeys: (scope) =>
        scope === '__tenant' ? tenantRoles.keys() : Object.keys(resources.get(scope)?.roles ?? {}),
      conditionSets: () => sets.values(),
      conditionSet: (key) => sets.get(key),
      conditionSetRules: (userSet) => rules.get(userSet),
    },
  };
}
