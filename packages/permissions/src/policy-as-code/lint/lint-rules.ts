import type { Policy, RuleDefinition } from '../../policy.ts';
import { finding, type Finding } from './finding.ts';

/** Rules that say too little, too much or contradict themselves, and sets that no rule is about. */
export function findingsInRules(policy: Policy): Finding[] {
  const { rules = [], userSets = {}, resourceSets = {} } = policy;
  const ruled = new Set(rules.flatMap(({ userSet, resourceSet }) => [userSet, resourceSet]));
  const places = [
    ...Object.keys(userSets).map((key) => [`userSets.${key}`, key] as const),
    ...Object.keys(resourceSets).map((key) => [`resourceSets.${key}`, key] as const),
  ];
  return [
    ...rules.flatMap((rule, index) => findingsInRule(policy, rule, `rules[${index}]`)),
    ...places
      .filter(([, key]) => !ruled.has(key))
      .map(([place]) =>
        finding('unused-set', place, {
          why: 'No rule is about this set, so it grants nothing.',
          fix: 'Write a rule for it, or remove it.',
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
  const about = resource ?? policy.resourceSets?.[resourceSet ?? '']?.resource;
  const strange = permissions.filter(
    (permission) => about !== undefined && permission.split(':')[0] !== about,
  );
  if (strange.length > 0) {
    findings.push(
      finding('rule-mismatch', place, {
        why: `The rule is about ${about}, and ${strange.join(', ')} is not: it would never hold.`,
        fix: `Name permissions of ${about}, or write another rule.`,
      }),
    );
  }
  return findings;
}
