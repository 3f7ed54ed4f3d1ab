import { newId } from '../ids.ts';
import { notFound, PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { Derivation, DerivationRule, ResourceRecord } from '../model/records.ts';
import type { DerivationInput, DerivationRuleInput } from '../schemas/schema.ts';
import { findPart } from './find.ts';

/** `own` is a resource that is not stored yet. */
function resourceIn(env: Environment, keyOrId: string, own: ResourceRecord | undefined): ResourceRecord {
  if (own !== undefined && (own.key === keyOrId || own.id === keyOrId)) return own;
  const resource = env.resources.find(keyOrId);
  if (resource === undefined) throw notFound('Resource', keyOrId);
  return resource;
}

/** Throws when the resource, role or relation does not exist, or when they do not fit together. */
export function resolveRule(
  env: Environment,
  rule: DerivationRuleInput,
  own?: ResourceRecord,
): DerivationRule {
  const on = resourceIn(env, rule.on_resource, own);
  const role = findPart(on.roles, 'Role', rule.role).key;
  const relation = own && findPart(own.relations, 'Relation', rule.linked_by_relation);
  if (relation !== undefined && relation.subject_resource !== on.key) {
    throw new PermitError(
      'MISMATCH_RELATION_TYPE',
      'The relation does not link these resources',
      `Relation '${relation.key}' links '${relation.subject_resource}' to '${own?.key}', not '${on.key}'`,
    );
  }
  return {
    role,
    on_resource: on.key,
    linked_by_relation: relation?.key ?? rule.linked_by_relation,
    when: { no_direct_roles_on_object: rule.when?.no_direct_roles_on_object ?? false },
  };
}

/** `own` is the resource of a resource role; `undefined` for a tenant role. */
export function resolveDerivation(
  env: Environment,
  input: DerivationInput | null | undefined,
  own?: ResourceRecord,
): Derivation | null {
  if (input == null) return null;
  return {
    id: newId(),
    when: { no_direct_roles_on_object: input.when?.no_direct_roles_on_object ?? false },
    users_with_role: (input.users_with_role ?? []).map((rule) => resolveRule(env, rule, own)),
  };
}

export function emptyDerivation(): Derivation {
  return { id: newId(), when: { no_direct_roles_on_object: false }, users_with_role: [] };
}

export function readRule(
  env: Environment,
  rule: DerivationRule,
  own?: ResourceRecord,
): Record<string, unknown> {
  const on = env.resources.get(rule.on_resource);
  return {
    role_id: on?.roles[rule.role]?.id,
    resource_id: on?.id,
    relation_id: own?.relations[rule.linked_by_relation]?.id,
    ...rule,
  };
}

export function readDerivation(
  env: Environment,
  derivation: Derivation,
  own?: ResourceRecord,
): Record<string, unknown> {
  return {
    ...derivation,
    users_with_role: derivation.users_with_role.map((rule) => readRule(env, rule, own)),
  };
}
