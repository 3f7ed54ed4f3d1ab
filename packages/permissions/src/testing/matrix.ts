import type { Policy } from '../core/policy.ts';
import { policyMatrix } from '../policy-as-code/policy-matrix.ts';

/**
 * The whole policy as text, for a snapshot test that shows policy changes as a readable diff:
 * `expect(matrix(policy)).toMatchSnapshot()`. It has three tables, of permissions by tenant role and instance role, of
 * derivations, and of rules. Empty tables are left out.
 */
export function matrix(policy: Policy): string {
  return [permissionRows(policy), derivationRows(policy), ruleRows(policy)]
    .filter((rows) => rows.length > 1)
    .map(align)
    .join('\n\n');
}

type Row = readonly string[];

function permissionRows(policy: Policy): Row[] {
  const { roles, permissions } = policyMatrix(policy);
  return [
    ['permission', ...roles, 'on the instance'],
    ...permissions.map((row) => [
      row.permission,
      ...roles.map((role) => (row.roles.includes(role) ? 'yes' : '·')),
      row.instanceRoles.join(' '),
    ]),
  ];
}

function derivationRows({ resources }: Policy): Row[] {
  const rows = Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.entries(roles).flatMap(([role, { derivedFrom = [], onlyWithoutDirectRole = false }]) =>
      derivedFrom.map(({ role: source, on, via }) => [
        `${resource}#${role}`,
        `${on}#${source}`,
        via,
        onlyWithoutDirectRole ? 'there is no direct role' : '',
      ]),
    ),
  );
  return [['role', 'derives from', 'via', 'where'], ...rows];
}

function ruleRows({ rules = [] }: Policy): Row[] {
  return [
    ['by condition', 'on', 'permissions'],
    ...rules.map(({ userSet, role, resourceSet, resource, permissions }) => [
      userSet ?? `role ${role}`,
      resourceSet ?? `all ${resource}`,
      permissions.join(' '),
    ]),
  ];
}

/** Without trailing spaces. */
function align(rows: readonly Row[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
