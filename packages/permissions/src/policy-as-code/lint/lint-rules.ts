import type { Policy, RuleDefinition } from '../../core/policy.ts';
import { finding, type Finding } from './finding.ts';

/** Rules that are incomplete, ambiguous or contradictory, and sets that no rule uses. */
export function findingsInRules(policy: Policy): Finding[] {
  const { rules = [], userSets = {}, resourceSets = {} } = policy;
  const usedSets = new Set(rules.flatMap(({ userSet, resourceSet }) => [userSet, resourceSet]));
  const places = [
    ...Object.keys(userSets).map((key) => [`userSets.${key}`, key] as const),
    ...Object.keys(resourceSets).map((key) => [`resourceSets.${key}`, key] as const),
  ];
  return [
    ...rules.flatMap((rule, index) => findingsInRule(policy, rule, `rules[${index}]`)),
    ...places
      .filter(([, key]) => !usedSets.has(key))
      .map(([place]) =>
        finding('unused-set', place, {
          why: 'No rule uses this set, so it grants nothing.',
          fix: 'Add a rule for it, or remove it.',
        }),
      ),
  ];
}

function findingsInRule(policy: Policy, rule: RuleDefinition, place: string): Finding[] {
  const { userSet, role, resourceSet, resource, permissions } = rule;
  const findings: Finding[] = [];
  for (const [one, other, kinds] of [
    [userSet, role, 'a user set or a role'],
    [resourceSet, resource, 'a resource set or a resource'],
  ] as const) {
    if ((one === undefined) === (other === undefined)) {
      findings.push(
        finding('rule-incomplete', place, {
          why: one === undefined ? `The rule names neither ${kinds}.` : `The rule names both ${kinds}.`,
          fix: `Name either ${kinds}.`,
        }),
      );
    }
  }
  const ruleResource = resource ?? policy.resourceSets?.[resourceSet ?? '']?.resource;
  const foreign = permissions.filter(
    (permission) => ruleResource !== undefined && permission.split(':')[0] !== ruleResource,
  );
  if (foreign.length > 0) {
    findings.push(
      finding('rule-mismatch', place, {
        why: `The rule is about ${ruleResource}, but ${foreign.join(', ')} is not a permission of it: the rule would never hold.`,
        fix: `Name permissions of ${ruleResource}, or add another rule.`,
      }),
    );
  }
  return findings;
}
