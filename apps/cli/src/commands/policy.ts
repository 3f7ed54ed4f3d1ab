import type { AddCommand } from '../command-deps.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';
import { addPolicyApply } from './policy-apply.ts';
import { addPolicyLint } from './policy-lint.ts';
import { addPolicyMatrix } from './policy-matrix.ts';
import { addPolicyPlan } from './policy-plan.ts';
import { addPolicyPull } from './policy-pull.ts';
import { addPolicyTest } from './policy-test.ts';

export const addPolicy: AddCommand = (program, deps) => {
  const policy = program.command('policy').option('--table <file>', tableOption);
  const table = () => loadTable(tableFile(policy.opts<{ readonly table?: string }>().table, deps));
  const withTable = { ...deps, table };
  addPolicyPlan(policy, withTable);
  addPolicyApply(policy, withTable);
  addPolicyPull(policy, withTable);
  addPolicyMatrix(policy, withTable);
  addPolicyLint(policy, withTable);
  addPolicyTest(policy, withTable);
};
