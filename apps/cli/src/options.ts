import { InvalidArgumentError } from 'commander';
import { ActionableError } from './actionable-error.ts';
import type { CommandDeps } from './command-deps.ts';
import { httpUrl } from './env.ts';

export function url(text: string): string {
  const { data } = httpUrl.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError('Must be an http(s) URL.');
  return data;
}

export const wholeNumber =
  (min: number, max: number, unit: string) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Must be from ${min} to ${max} ${unit}.`);
  };

export const seconds = wholeNumber(0, 9_999, 'seconds');

/** @throws {ActionableError} `CONFIRMATION_NEEDED` without a terminal, `NOT_CONFIRMED` when the answer is no */
export async function confirmSetup(
  { confirm }: CommandDeps,
  { changes, where, yes }: { readonly changes: number; readonly where: string; readonly yes: boolean },
): Promise<void> {
  if (yes) return;
  if (confirm === undefined) {
    throw new ActionableError('CONFIRMATION_NEEDED', {
      says: 'Nothing was changed: there is no terminal to confirm on.',
      fix: 'Check the plan above, then run the command again with --yes.',
    });
  }
  const what = changes === 1 ? 'this change' : `these ${changes} changes`;
  if (await confirm(`Make ${what} in ${where}?`)) return;
  throw new ActionableError('NOT_CONFIRMED', {
    says: 'Nothing was changed.',
    fix: 'Run the command again to make the changes.',
  });
}
