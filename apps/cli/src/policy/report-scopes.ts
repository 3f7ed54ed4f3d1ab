import type { Policy } from '@latchkey/permissions';
import type { CommandDeps } from '../command-deps.ts';
import { renderLogtoPlan } from '../connect/apply-logto.ts';
import type { ScopeDrift } from '../connect/plan-mcp.ts';
import type { Paint } from './paint.ts';

/** @returns undefined if the table has no scopes, they cannot be compared, or the program does not compare them */
export async function scopeDriftOf({ scopes }: Policy, deps: CommandDeps): Promise<ScopeDrift | undefined> {
  const isEmpty = scopes === undefined || Object.keys(scopes).length === 0;
  const drift = isEmpty ? undefined : await deps.compareScopes?.(scopes, deps);
  if (typeof drift !== 'string') return drift;
  deps.warn(`The scopes were not compared with Logto. ${drift}`);
  return undefined;
}

export const isDrifted = (drift: ScopeDrift | undefined): drift is ScopeDrift =>
  drift !== undefined && drift.steps.length + drift.unknown.length > 0;

/** `policy apply` changes only Permit, so this also says what to do. */
export function renderScopeDrift({ steps, unknown }: ScopeDrift, paint: Paint): string[] {
  return [
    '',
    'The scopes in Logto differ from the table:',
    ...renderLogtoPlan(steps, paint),
    ...(steps.length > 0 ? ['latchkey connect logto applies them.'] : []),
    ...unknown.map((name) => `The table has no scope ${name}: remove it from the API resource in Logto.`),
  ];
}
