import {
  type GrantChange,
  changeGrants,
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  type Policy,
  type ResourceOf,
} from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { isPermission, isRole, reportRoles, roles, sharedResources, type ReportRole } from '../../policy.ts';

/** A column of the matrix: a role in the organization, or one on a single report or collection. */
export type Column =
  | { readonly kind: 'organization'; readonly role: AppRole }
  | { readonly kind: 'instance'; readonly role: ReportRole };

export const columns: readonly Column[] = [
  ...roles.map((role) => ({ kind: 'organization', role }) as const),
  ...reportRoles.map((role) => ({ kind: 'instance', role }) as const),
];

/** `inherited`: through a role that the role includes. `no-such-role`: the resource has no instance roles. */
export type Grant = 'own' | 'inherited' | 'none' | 'no-such-role';

export function grantIn(table: Policy, permission: AppPermission, column: Column): Grant {
  if (column.kind === 'organization') {
    const own = table.roles[column.role]?.permissions ?? [];
    if (own === '*' || own.includes(permission)) return 'own';
    return permissionsOfRole(table, column.role).includes(permission) ? 'inherited' : 'none';
  }
  const resource = sharedResources.find((one) => permission.startsWith(`${one}:`));
  if (resource === undefined) return 'no-such-role';
  return permissionsOfResourceRole(policy, resource, column.role).includes(permission) ? 'own' : 'none';
}

export function permissionsIn(table: Policy, column: Column): AppPermission[] {
  return permissionsOf(policy).filter((permission) =>
    ['own', 'inherited'].includes(grantIn(table, permission, column)),
  );
}

interface ResourceGroup {
  readonly resource: ResourceOf<typeof policy>;
  readonly permissions: readonly AppPermission[];
}

/** The rows of the matrix: reports, the main subject of the console, come first. */
export const groups: readonly ResourceGroup[] = (Object.keys(policy.resources) as ResourceOf<typeof policy>[]) // oxlint-disable-line typescript/no-unsafe-type-assertion -- the table's own keys
  .toSorted((one, other) => Number(other === 'reports') - Number(one === 'reports'))
  .map((resource) => ({
    resource,
    permissions: permissionsOf(policy).filter((permission) => permission.startsWith(`${resource}:`)),
  }));

export const conditional: ReadonlySet<string> = new Set(
  policy.rules.flatMap(({ permissions }): readonly string[] => permissions),
);

export interface DraftChange extends GrantChange {
  readonly role: AppRole;
  readonly permission: AppPermission;
}

export interface MatrixDraft {
  readonly changes: readonly DraftChange[];
  readonly onToggle: (cell: { readonly role: AppRole; readonly permission: AppPermission }) => void;
}

/** Parses text such as `editor+audit:view,viewer-reports:view`. Ignores unknown names and changes without effect. */
export function parseDraft(text: string): readonly DraftChange[] {
  const changes = text.split(',').flatMap((one): DraftChange[] => {
    const [, role = '', sign, permission = ''] = /^([\w-]+?)([+-])([\w-]+:[\w-]+)$/.exec(one) ?? [];
    if (!isRole(role) || !isPermission(permission)) return [];
    const change = { role, permission, granted: sign === '+' };
    const grant = grantIn(policy, permission, { kind: 'organization', role });
    return grant === (change.granted ? 'none' : 'own') ? [change] : [];
  });
  return changes.filter((one, index) => changes.findIndex((other) => isSameCell(one, other)) === index);
}

export function formatDraft(changes: readonly DraftChange[]): string {
  return changes
    .map(({ role, permission, granted }) => `${role}${granted ? '+' : '-'}${permission}`)
    .join(',');
}

export function toggled(
  changes: readonly DraftChange[],
  cell: { readonly role: AppRole; readonly permission: AppPermission },
): readonly DraftChange[] {
  const others = changes.filter((one) => !isSameCell(one, cell));
  if (others.length < changes.length) return others;
  const granted = grantIn(policy, cell.permission, { kind: 'organization', ...cell }) === 'none';
  return [...others, { role: cell.role, permission: cell.permission, granted }];
}

export function linesOf(changes: readonly DraftChange[]): string {
  const { roles } = changeGrants(policy, changes);
  return Object.entries(roles)
    .filter(([key]) => changes.some(({ role }) => role === key))
    .map(([key, { name, extends: included, permissions }]) => {
      const list = permissions === '*' ? quoted('*') : listOf(permissions);
      const parts = [
        ...(name === undefined ? [] : [`name: ${quoted(name)}`]),
        ...(included === undefined ? [] : [`extends: [${included.map(quoted).join(', ')}]`]),
        `permissions: ${list}`,
      ];
      return `${key}: {\n${parts.map((part) => `  ${part},\n`).join('')}},`;
    })
    .join('\n');
}

function isSameCell(
  one: Pick<DraftChange, 'role' | 'permission'>,
  other: Pick<DraftChange, 'role' | 'permission'>,
): boolean {
  return one.role === other.role && one.permission === other.permission;
}

function listOf(keys: readonly string[]): string {
  const line = `[${keys.map(quoted).join(', ')}]`;
  if (line.length <= 80) return line;
  return `[\n${keys.map((key) => `    ${quoted(key)},\n`).join('')}  ]`;
}

const quoted = (text: string): string => `'${text}'`;
