import { regoName } from '../domain/opal-data.ts';
import type { Environment } from '../model/environment.ts';

/** A module of OPA's policy API. */
interface PolicyModule {
  readonly id: string;
  readonly raw: string;
  readonly ast: Readonly<Record<string, unknown>>;
}

function moduleOf(id: string, name: string, comment: string): PolicyModule {
  return {
    id,
    raw: `package ${name}\n\n# ${comment}\n`,
    ast: { package: { path: ['data', ...name.split('.')].map((value) => ({ type: 'string', value })) } },
  };
}

/**
 * The modules under the names that the vendor's policy has. The emulator runs no Rego: each one says what decides
 * instead, and the module of a condition set has its conditions.
 */
export function policiesOf({ conditionSets }: Environment): readonly PolicyModule[] {
  return [
    ...['root', 'rbac', 'rebac', 'abac'].map((model) =>
      moduleOf(`${model}.rego`, `permit.${model}`, 'Decided by permit-engine, without Rego.'),
    ),
    ...[...conditionSets.values()].map(({ key, type, conditions }) =>
      moduleOf(
        `permit/generated/conditionset/${regoName(type, key)}.rego`,
        'permit.generated.conditionset',
        `${key}: ${JSON.stringify(conditions)}`,
      ),
    ),
  ];
}
