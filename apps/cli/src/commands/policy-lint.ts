import { readFile } from 'node:fs/promises';
import { lintPolicy, type Finding, type Gates } from '@latchkey/permissions/policy';
import { z } from 'zod';
import { paintOf, type Paint } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';

interface LintOptions {
  readonly gates?: string;
  readonly json?: true;
}

export const addPolicyLint: AddPolicyCommand = (policy, deps) => {
  policy
    .command('lint')
    .description('find mistakes that compile: conditions that cross tenants, roles without effect')
    .option('--gates <file>', 'the result of gatesOf(router) as JSON')
    .option('--json', 'print JSON')
    .action(async ({ gates, json }: LintOptions) => {
      const known = gates === undefined ? undefined : await readGates(gates);
      const findings = lintPolicy(await deps.table(), known);
      if (json === true) deps.print(JSON.stringify(findings, undefined, 2));
      else for (const line of render(findings, paintOf(deps))) deps.print(line);
      deps.exitWith(findings.some(({ level }) => level === 'error') ? 1 : 0);
    });
};

/** @throws {Error} when the file does not exist or does not contain gates */
async function readGates(file: string): Promise<Gates> {
  const parsed = z.record(z.string(), z.string()).safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} does not hold gates, { "reports.list": "reports:view" }.`);
  return parsed.data;
}

function render(findings: readonly Finding[], paint: Paint): string[] {
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
