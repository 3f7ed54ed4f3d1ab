import type { PolicyMatrix } from '@latchkey/permissions/policy';

/** Formats the matrix of roles and permissions as a Markdown table. */
export function markdownMatrix({ roles, permissions }: PolicyMatrix): string {
  const rows = permissions.map((row) => [
    `\`${row.permission}\``,
    ...roles.map((role) => (row.roles.includes(role) ? '✓' : '')),
    row.instanceRoles.join(', '),
    row.rules.length > 0 ? 'some' : '',
  ]);
  const head = ['permission', ...roles, 'on the instance', 'by condition'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
