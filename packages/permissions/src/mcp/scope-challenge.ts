import { scopesCovering } from '../core/ceilings.ts';
import type { Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';
import type { PermissionSet } from '../trpc/requirement.ts';

/** What a scope challenge contains: send it as the response of the HTTP request. */
export interface ScopeChallenge {
  readonly status: 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: 'insufficient_scope'; readonly error_description: string };
}

export function scopeChallenge(scopes: readonly string[], resourceMetadataUrl: string): ScopeChallenge {
  const description = 'The token lacks a scope that this tool needs.';
  const parts = {
    error: 'insufficient_scope',
    error_description: description,
    scope: scopes.join(' '),
    resource_metadata: resourceMetadataUrl,
  };
  const challenge = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
  return {
    status: 403,
    headers: { 'www-authenticate': `Bearer ${challenge.join(', ')}`, 'cache-control': 'no-store' },
    body: { error: 'insufficient_scope', error_description: description },
  };
}

/**
 * Those of the token and, for each permission that they do not cover, the smallest. `undefined` if they cover the
 * requirement, or if no scope does: nothing could then be asked for, and the result of the call says so.
 */
export function scopesToAskFor(
  { scopes: table = {} }: Policy,
  { match, permissions }: PermissionSet,
  held: readonly string[],
): readonly string[] | undefined {
  const isCovered = (permission: string): boolean =>
    held.some((scope) => valueOf(table, scope)?.permissions.includes(permission));
  if (match === 'any' ? permissions.some(isCovered) : permissions.every(isCovered)) return undefined;
  const missing = permissions.filter((permission) => !isCovered(permission));
  const covering = missing.flatMap((permission) => scopesCovering(table, permission).slice(0, 1));
  if (covering.length < (match === 'any' ? 1 : missing.length)) return undefined;
  const known = held.filter((scope) => Object.hasOwn(table, scope));
  return [...new Set([...known, ...(match === 'any' ? covering.slice(0, 1) : covering)])];
}
