import type { Policy } from '@latchkey/permissions';
import {
  countDependents,
  planPolicy,
  readEnvironment,
  type Dependents,
  type PermitClient,
  type PlanOptions,
  type PolicyPlan,
  type PolicyStep,
  parseSavedPlan,
  savedPlanOf,
  type SavedPlan,
} from '@latchkey/permissions/policy';
import { Option, type Command } from 'commander';
import { ActionableError, messageOf } from '../actionable-error.ts';
import { parseJson, readText, writeOutput } from '../files.ts';

/** A plan, with the number of objects that depend on what it removes, replaces or moves. */
export interface CountedPlan {
  readonly plan: PolicyPlan;
  readonly options: PlanOptions;
  readonly dependents: ReadonlyMap<PolicyStep, Dependents>;
}

export function addPlanOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--scope <scope>',
        '`table`: keep objects that are not in the table, for a shared environment',
      )
        .choices(['environment', 'table'])
        .default('environment'),
    )
    .option(
      '--ignore <object>',
      "never remove this object: 'role guest', 'resource legacy-*'; can be repeated",
      (value: string, all: readonly string[]) => [...all, value],
      [],
    );
}

export async function makePlan(
  table: Policy,
  client: PermitClient,
  { scope = 'environment', ignore = [] }: PlanOptions,
): Promise<CountedPlan> {
  const options = { scope, ignore };
  const plan = planPolicy(table, await readEnvironment(client), options);
  return { plan, options, dependents: await countDependents(plan, client) };
}

export async function writePlan(file: string, planned: CountedPlan): Promise<void> {
  await writeOutput(file, `${JSON.stringify(savedPlanOf(planned), undefined, 2)}\n`);
}

export async function readPlan(file: string): Promise<SavedPlan> {
  const source = await readText(file);
  try {
    return parseSavedPlan(parseJson(source));
  } catch (error) {
    throw new ActionableError('POLICY_NO_PLAN', {
      says: `${file} is not a plan: ${messageOf(error)}`,
      fix: 'Write one with "latchkey policy plan --out <file>".',
    });
  }
}
