import { permissionsOf } from '@latchkey/permissions';
import { createPermitDecider } from '@latchkey/permissions/permit';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { permitOptions, type AddCommand } from '../command-deps.ts';
import { httpUrl } from '../env.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';

const PdpEnvironment = z.object({ PERMIT_PDP_URL: httpUrl.default('http://localhost:7766') });

/** Milliseconds. Longer than the server's, because an operator waits rather than retries. */
const deadline = 5_000;

interface ExplainOptions {
  readonly tenant: string;
  readonly table?: string;
  readonly json?: true;
}

export const addExplain: AddCommand = (program, deps) => {
  const command = program
    .command('explain')
    .argument('<user>', "the user's key: the id that Logto shows")
    .argument('<permission>', 'resource:action')
    .argument('[instance]', 'the key of the instance; default: the resource as a whole')
    .option('--tenant <key>', 'the tenant', 'default')
    .option('--table <file>', tableOption)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  latchkey explain user_ann reports:publish q4 --tenant acme');
  command.action(async (subject: string, name: string, instance: string | undefined) => {
    const { tenant, table, json = false } = command.opts<ExplainOptions>();
    const policy = await loadTable(tableFile(table, deps));
    const permission = permissionsOf(policy).find((known) => known === name);
    if (permission === undefined) {
      throw new ActionableError('PERMISSION_UNKNOWN', {
        says: `The table has no permission ${name}.`,
        fix: '"latchkey policy matrix" prints the permissions that it has.',
      });
    }
    const { PERMIT_PDP_URL: url } = deps.env(PdpEnvironment);
    const decider = createPermitDecider({
      policy,
      url,
      deadline,
      onOutage: () => {},
      ...permitOptions(deps),
    });
    try {
      const explanation = await decider.explain({ subject, tenant, permission, instance });
      deps.print(json ? JSON.stringify(explanation, undefined, 2) : explanation.text);
      deps.exitWith(explanation.agrees ? 0 : 2);
    } finally {
      await decider.close();
    }
  });
};
