import { matrix } from '@latchkey/permissions/testing';
import { policyMatrix, type PolicyMatrix } from '@latchkey/permissions/policy';
import { Option } from 'commander';
import type { AddPolicyCommand } from '../policy/load-table.ts';

/** Formats the matrix of roles and permissions as a Markdown table. */
function markdownMatrix({ roles, permissions }: PolicyMatrix): string {
  const rows = permissions.map((row) => [
    `\`${row.permission}\``,
    ...roles.map((role) => (row.roles.includes(role) ? '✓' : '')),
    row.instanceRoles.join(', '),
    row.rules.length > 0 ? 'some' : '',
  ]);
  const head = ['permission', ...roles, 'on the instance', 'by condition'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export const addPolicyMatrix: AddPolicyCommand = (policy, deps) => {
  policy
    .command('matrix')
    .description('show which role grants which permission')
    .addOption(new Option('--json', 'print JSON').conflicts('markdown'))
    .option('--markdown', 'print Markdown')
    .action(async ({ json, markdown }: { readonly json?: true; readonly markdown?: true }) => {
      const table = await deps.table();
      if (json === true) deps.print(JSON.stringify(policyMatrix(table), undefined, 2));
      else deps.print(markdown === true ? markdownMatrix(policyMatrix(table)) : matrix(table));
    });
};
