import type { AddCommand } from '../command-deps.ts';
import { loadTable } from '../policy/load-table.ts';
import { addPolicyApply } from './policy-apply.ts';
import { addPolicyLint } from './policy-lint.ts';
import { addPolicyMatrix } from './policy-matrix.ts';
import { addPolicyPlan } from './policy-plan.ts';
import { addPolicyPull } from './policy-pull.ts';
import { addPolicyTest } from './policy-test.ts';

export const addPolicy: AddCommand = (program, deps) => {
  const policy = program
    .command('policy')
    .description('the policy table, and what Permit says')
    .option('--table <file>', "a module that exports `policy`, in place of the console's own table");
  const table = () => loadTable(policy.opts<{ readonly table?: string }>().table);
  const withTable = { ...deps, table };
  addPolicyPlan(policy, withTable);
  addPolicyApply(policy, withTable);
  addPolicyPull(policy, withTable);
  addPolicyMatrix(policy, withTable);
  addPolicyLint(policy, withTable);
  addPolicyTest(policy, withTable);
};
