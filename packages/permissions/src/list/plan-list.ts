import type { Policy } from '../core/policy.ts';
import type { ListFacts } from './list-facts.ts';
import { ListNotPlannableError } from './list-not-plannable-error.ts';
import { maxListKeys, type ListAlternative, type ListPlan, type ListQuestion } from './list-plan.ts';
import { alternativesByRole } from './alternatives-by-role.ts';
import { rowsByRules } from './rows-by-rules.ts';

/**
 * Plans a list from tenant roles, roles on instances, and rules with attribute conditions, with Permit's semantics.
 * @throws {ListNotPlannableError}
 */
export async function planList<Relation extends string>(
  policy: Policy,
  question: ListQuestion<string, Relation>,
  facts: ListFacts,
): Promise<ListPlan<Relation>> {
  const { permission, tenant, relations } = question;
  assertRelations(policy, permission, relations);
  const inTenant = await facts.inTenant();
  if (inTenant.permissions.includes(permission)) return { kind: 'all', permission, tenant };
  const rows = await rowsByRules(policy, { question, inTenant }, facts);
  if (rows === true) return { kind: 'all', permission, tenant };
  const byRole = await alternativesByRole(policy, question, facts);
  const [first, ...more] = rows === false ? byRole : [...byRole, { by: 'condition', where: rows } as const];
  if (first === undefined) return { kind: 'none', permission, tenant };
  assertSize(permission, [first, ...more]);
  return { kind: 'some', permission, tenant, any: [first, ...more] };
}

function assertRelations(policy: Policy, permission: string, relations: readonly string[]): void {
  const [resource = ''] = permission.split(':');
  const known = policy.resources[resource]?.relations ?? {};
  const unknown = relations.find((relation) => !Object.hasOwn(known, relation));
  if (unknown !== undefined)
    throw new ListNotPlannableError('unknown_relation', `There is no relation "${unknown}" of ${resource}.`);
}

function assertSize(permission: string, alternatives: readonly ListAlternative[]): void {
  const keys = alternatives.reduce((sum, one) => sum + (one.by === 'condition' ? 0 : one.keys.length), 0);
  if (keys <= maxListKeys) return;
  throw new ListNotPlannableError(
    'too_many_keys',
    `${permission} is granted by roles on ${keys} instances, and a plan has ${maxListKeys} keys at most: ` +
      'name the relations that the table has as columns, or grant the permission in the tenant.',
  );
}
