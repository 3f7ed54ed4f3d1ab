import { duplicate, missingField } from '../errors.ts';
import type { Account, EnvironmentRecord, ProjectRecord } from '../model/account.ts';
import type { Table } from '../model/table.ts';
import type { CopyFilters, EnvironmentCopy } from '../schemas/account.ts';
import { newId } from '../ids.ts';
import { environmentFields } from './account.ts';
import { removeDanglingReferences } from './removal.ts';

function matchesPattern(key: string, pattern: string): boolean {
  const source = pattern.replaceAll(/[^\w*]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(key);
}

/** All keys without `include`. `exclude` wins over `include`. */
function selects({ include, exclude }: CopyFilters = {}): (key: string) => boolean {
  return (key) =>
    (include?.some((pattern) => matchesPattern(key, pattern)) ?? true) &&
    !(exclude?.some((pattern) => matchesPattern(key, pattern)) ?? false);
}

interface Endpoints {
  readonly project: ProjectRecord;
  readonly source: EnvironmentRecord;
}

/**
 * Copies the policy, never facts. A key that also exists in the target is a conflict: refused with `fail`,
 * the default, and replaced with `overwrite`.
 */
export function copyEnvironment(
  account: Account,
  { project, source }: Endpoints,
  input: EnvironmentCopy,
): EnvironmentRecord {
  const { existing, new: made } = input.target_env;
  if (existing == null && made == null) throw missingField('target_env');
  const record =
    existing == null
      ? account.createEnvironment(project, environmentFields(made ?? { key: '', name: '' }))
      : account.environmentRecord(project, existing);
  const from = account.environment(source);
  const to = account.environment(record);
  const { scope } = input;
  const copies = [
    copy(from.resources, to.resources, selects(scope?.resources)),
    copy(from.roles, to.roles, selects(scope?.roles)),
    copy(from.conditionSets, to.conditionSets, (key, { type }) =>
      selects(type === 'userset' ? scope?.user_sets : scope?.resource_sets)(key),
    ),
  ];
  const conflict = copies.flatMap(({ conflicts }) => conflicts)[0];
  if (conflict !== undefined && input.conflict_strategy !== 'overwrite') throw duplicate('object', conflict);
  for (const { write } of copies) write();
  for (const rule of from.setRules.values()) {
    if (to.conditionSets.has(rule.user_set) && to.conditionSets.has(rule.resource_set)) {
      to.setRules.put({ ...rule, id: newId() });
    }
  }
  removeDanglingReferences(to); // The copied objects may refer to objects that the scope excludes.
  return record;
}

interface Copy {
  readonly conflicts: readonly string[];
  readonly write: () => void;
}

function copy<T extends { readonly id: string; readonly key: string }>(
  from: Table<T>,
  to: Table<T>,
  isWanted: (key: string, record: T) => boolean,
): Copy {
  const wanted = [...from.values()].filter((record) => isWanted(record.key, record));
  return {
    conflicts: wanted.filter(({ key }) => key !== '__user' && to.has(key)).map(({ key }) => key),
    write() {
      for (const record of wanted) to.put({ ...record, id: to.get(record.key)?.id ?? newId() });
    },
  };
}
