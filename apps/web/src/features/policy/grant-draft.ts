import type { GrantChange } from '@latchkey/permissions';
import { changeGrants } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { isPermission, isRole } from '../../policy.ts';
import { grantIn } from './columns.ts';

/** A difference from the policy. */
export interface DraftChange extends GrantChange {
  readonly role: AppRole;
  readonly permission: AppPermission;
}

/** For the matrix: the draft's changes, and how to change it. */
export interface MatrixDraft {
  readonly changes: readonly DraftChange[];
  readonly onToggle: (cell: { readonly role: AppRole; readonly permission: AppPermission }) => void;
}

/** A draft in the URL: `editor+audit:view,viewer-reports:view`. No-ops and unknown names are removed. */
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

/** The draft with one cell of the matrix toggled. */
export function toggled(
  changes: readonly DraftChange[],
  cell: { readonly role: AppRole; readonly permission: AppPermission },
): readonly DraftChange[] {
  const others = changes.filter((one) => !isSameCell(one, cell));
  if (others.length < changes.length) return others;
  const granted = grantIn(policy, cell.permission, { kind: 'organization', ...cell }) === 'none';
  return [...others, { role: cell.role, permission: cell.permission, granted }];
}

/** The changed roles as TypeScript code of the policy. */
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

/** Wraps lines as the formatter does. */
function listOf(keys: readonly string[]): string {
  const line = `[${keys.map(quoted).join(', ')}]`;
  if (line.length <= 80) return line;
  return `[\n${keys.map((key) => `    ${quoted(key)},\n`).join('')}  ]`;
}

const quoted = (text: string): string => `'${text}'`;
