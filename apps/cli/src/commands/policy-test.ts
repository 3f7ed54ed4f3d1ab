import { readFile } from 'node:fs/promises';
import type { Policy } from '@latchkey/permissions';
import { createTestPermissions } from '@latchkey/permissions/testing';
import { readExpectations, type Expectation, type Expectations } from '../policy/expectations.ts';
import { paintOf } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';

export const addPolicyTest: AddPolicyCommand = (policy, deps) => {
  policy
    .command('test')
    .description('check the table against files of expectations, in process')
    .argument('<files...>', 'YAML or JSON: facts and expected decisions')
    .action(async (files: readonly string[]) => {
      const table = await deps.table();
      const paint = paintOf(deps);
      let count = 0;
      let failed = 0;
      for (const file of files) {
        const read = readExpectations(await readFile(file, 'utf8'), table); // oxlint-disable-line no-await-in-loop -- results are printed in the order of the files
        const failures = failuresIn(table, read);
        count += read.expectations.length;
        failed += failures.length;
        for (const { expected, why } of failures) {
          deps.print(`${paint('red', 'not so')} ${expected} ${paint('dim', file)}`);
          for (const line of why.split('\n')) deps.print(`    ${line}`);
        }
      }
      deps.print(
        failed === 0 ? `${count} expectations hold.` : `${failed} of ${count} expectations do not hold.`,
      );
      deps.exitWith(failed === 0 ? 0 : 1);
    });
};

function failuresIn(policy: Policy, { facts, expectations }: Expectations) {
  const permissions = createTestPermissions(policy, facts);
  return expectations.flatMap((expectation) => {
    const { subject, tenant, key, attributes, context } = expectation;
    const user = permissions.as(subject, tenant);
    const permission = permissionOf(expectation);
    const about = { key, attributes, context };
    const allowed = user.can(permission, about);
    if (allowed === (expectation.expected === 'allow')) return [];
    return [{ expected: describeExpectation(expectation), why: user.why(permission, about).text }];
  });
}

function permissionOf({ permission }: Expectation): `${string}:${string}` {
  const [resource = '', action = ''] = permission.split(':');
  return `${resource}:${action}`;
}

function describeExpectation({ subject, tenant, permission, expected, key }: Expectation): string {
  const on = key === undefined ? '' : ` on ${permission.split(':')[0]}:${key}`;
  return `${subject} ${expected === 'allow' ? 'can' : 'cannot'} ${permission}${on} in ${tenant}`;
}
