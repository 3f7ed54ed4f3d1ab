import { readFile, writeFile } from 'node:fs/promises';
import { parseSavedPlan, savedPlanOf, type SavedPlan } from '@latchkey/permissions/policy';
import { ActionableError } from '../actionable-error.ts';
import { parseJson } from '../parse-json.ts';
import type { CountedPlan } from './make-plan.ts';

export async function writePlan(file: string, planned: CountedPlan): Promise<void> {
  await writeFile(file, `${JSON.stringify(savedPlanOf(planned), undefined, 2)}\n`);
}

/** @throws {ActionableError} when the file cannot be read or contains no plan */
export async function readPlan(file: string): Promise<SavedPlan> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    throw notAPlan(file, error instanceof Error ? error.message : String(error));
  });
  try {
    return parseSavedPlan(parseJson(source));
  } catch (error) {
    throw notAPlan(file, error instanceof Error ? error.message : String(error));
  }
}

function notAPlan(file: string, why: string): ActionableError {
  return new ActionableError('POLICY_NO_PLAN', {
    says: `${file} is not a plan: ${why}`,
    fix: 'Write one with "latchkey policy plan --out <file>".',
  });
}
