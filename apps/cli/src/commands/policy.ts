import type { AddCommand } from '../command-deps.ts';
import { addPolicyApply } from './policy-apply.ts';

export const addPolicy: AddCommand = (program, deps) => {
  const policy = program.command('policy').description('The policy table and Permit');
  addPolicyApply(policy, deps);
};
