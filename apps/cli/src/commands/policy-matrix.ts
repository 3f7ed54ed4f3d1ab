import { matrix } from '@latchkey/permissions/testing';
import { policyMatrix } from '@latchkey/permissions/policy';
import { Option } from 'commander';
import type { AddPolicyCommand } from '../policy/policy-command.ts';
import { markdownMatrix } from '../policy/markdown-matrix.ts';

export const addPolicyMatrix: AddPolicyCommand = (policy, deps) => {
  policy
    .command('matrix')
    .description('show which role grants which permission')
    .addOption(new Option('--json', 'for machines').conflicts('markdown'))
    .option('--markdown', 'for a document')
    .action(async ({ json, markdown }: { readonly json?: true; readonly markdown?: true }) => {
      const table = await deps.table();
      if (json === true) deps.print(JSON.stringify(policyMatrix(table), undefined, 2));
      else deps.print(markdown === true ? markdownMatrix(policyMatrix(table)) : matrix(table));
    });
};
