import { matrix } from '@latchkey/permissions/testing';
import {
  policyMatrix,
  type PolicyMatrix,
  changesIn,
  createPermitClient,
  type PlanOptions,
  printPolicy,
  pullPolicy,
  readEnvironment,
  lintPolicy,
  type Finding,
  type Gates,
} from '@latchkey/permissions/policy';
import { Option } from 'commander';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { type AddCommand, permitOptions } from '../command-deps.ts';
import { describeSteps } from '../connect/apply-logto.ts';
import { parseJson, readText, writeOutput } from '../files.ts';
import { loadTable, tableFile, tableOption, type AddPolicyCommand } from '../policy/load-table.ts';
import { addPolicyApply } from './policy-apply.ts';
import { addPolicyTest } from './policy-test.ts';
import { addPlanOptions, makePlan, writePlan } from '../policy/make-plan.ts';
import { paintOf, type Paint } from '../policy/paint.ts';
import { renderPlan } from '../policy/render-plan.ts';
import { isDrifted, renderScopeDrift, scopeDriftOf } from '../policy/report-scopes.ts';

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

const addPolicyMatrix: AddPolicyCommand = (policy, deps) => {
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

interface PlanCommandOptions extends PlanOptions {
  readonly json?: true;
  readonly out?: string;
}

const addPolicyPlan: AddPolicyCommand = (policy, deps) => {
  addPlanOptions(policy.command('plan'))
    .description(
      "show the differences between the table and Permit's environment; exits with 2 if there are any",
    )
    .option('--json', 'print JSON')
    .option('--out <file>', 'also save the plan, for "latchkey policy apply <file>"')
    .action(async ({ json, out, ...options }: PlanCommandOptions) => {
      const table = await deps.table();
      const planned = await makePlan(table, createPermitClient(permitOptions(deps)), options);
      const scopes = await scopeDriftOf(table, deps);
      const { plan, dependents } = planned;
      const changes = changesIn(plan);
      if (json === true) {
        const unchanged = plan.steps.length - changes.length;
        const counted = changes.map((step) => ({ ...step, dependents: dependents.get(step) }));
        const drift = scopes && { ...scopes, steps: describeSteps(scopes.steps) };
        deps.print(JSON.stringify({ changes: counted, unchanged, scopes: drift }, undefined, 2));
      } else {
        for (const line of renderPlan(planned, paintOf(deps))) deps.print(line);
        if (isDrifted(scopes)) for (const line of renderScopeDrift(scopes, paintOf(deps))) deps.print(line);
      }
      if (out !== undefined) {
        await writePlan(out, planned);
        deps.warn(
          `Saved in ${out}. "latchkey policy apply ${out}" makes exactly these changes, or none if something has changed.`,
        );
      }
      deps.exitWith(changes.length === 0 && !isDrifted(scopes) ? 0 : 2);
    });
};

interface PullOptions {
  readonly out?: string;
  readonly defaultRole?: string;
}

const addPolicyPull: AddPolicyCommand = (policy, deps) => {
  policy
    .command('pull')
    .description("write a policy table from Permit's environment")
    .option('--out <file>', 'the file to write; default: stdout')
    .option('--default-role <role>', 'the default role of new users, which Permit does not store')
    .action(async ({ out, defaultRole }: PullOptions) => {
      const environment = await readEnvironment(createPermitClient(permitOptions(deps)));
      const pulled = pullPolicy(environment, defaultRole);
      // Prettier loads slowly, and no other command needs it.
      const { format } = await import('prettier');
      const style = { parser: 'typescript', printWidth: 110, singleQuote: true } as const;
      const source = await format(printPolicy(pulled.policy), style);
      if (out === undefined) deps.print(source.trimEnd());
      else await writeOutput(out, source);
      for (const note of pulled.notes) deps.warn(note);
      if (pulled.policy.defaultRole !== defaultRole) {
        deps.warn(
          `The default role is a guess: ${pulled.policy.defaultRole}. Choose the role for new users.`,
        );
      }
      if (out !== undefined) deps.print(`Wrote ${out}.`);
    });
};

interface LintOptions {
  readonly gates?: string;
  readonly json?: true;
}

const addPolicyLint: AddPolicyCommand = (policy, deps) => {
  policy
    .command('lint')
    .description('find mistakes that compile: conditions that cross tenants, roles without effect')
    .option('--gates <file>', 'the result of gatesOf(router) as JSON')
    .option('--json', 'print JSON')
    .action(async ({ gates, json }: LintOptions) => {
      const known = gates === undefined ? undefined : await readGates(gates);
      const findings = lintPolicy(await deps.table(), known);
      if (json === true) deps.print(JSON.stringify(findings, undefined, 2));
      else for (const line of renderFindings(findings, paintOf(deps))) deps.print(line);
      deps.exitWith(findings.some(({ level }) => level === 'error') ? 1 : 0);
    });
};

async function readGates(file: string): Promise<Gates> {
  const gates = z.record(z.string(), z.string()).safeParse(parseJson(await readText(file))).data;
  if (gates !== undefined) return gates;
  throw new ActionableError('GATES_UNREADABLE', {
    says: `${file} does not contain gates, such as { "reports.list": "reports:view" }.`,
    fix: 'Write the result of gatesOf(router) into it as JSON.',
  });
}

function renderFindings(findings: readonly Finding[], paint: Paint): string[] {
  if (findings.length === 0) return ['Nothing found.'];
  const errors = findings.filter(({ level }) => level === 'error').length;
  return [
    ...findings.flatMap(({ level, code, place, why, fix }) => [
      `${paint(level === 'error' ? 'red' : 'yellow', level)} ${paint('bold', place)} ${paint('dim', code)}`,
      `    ${why}`,
      `    ${fix}`,
    ]),
    '',
    `${errors} errors, ${findings.length - errors} warnings.`,
  ];
}
