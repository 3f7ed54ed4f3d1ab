import type { AppPermission } from '@latchkey/policy';
import { policy } from '@latchkey/policy';
import { toolsOf } from '@latchkey/permissions/mcp';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ApplicationView, ScopeKey, UsedApplication } from '../../directory/connected-applications.ts';
import type { connectedApplications } from './tables.ts';

interface NamedApplication {
  readonly clientId: string;
  readonly name: string | null;
}

type Row = Pick<
  typeof connectedApplications.$inferSelect,
  'clientId' | 'name' | 'scopes' | 'firstUsedAt' | 'lastUsedAt'
>;

function hostOf(clientId: string): string | null {
  return /^https?:/.test(clientId) && URL.canParse(clientId) ? new URL(clientId).host : null;
}

export function nameOf({ clientId, name }: NamedApplication): string {
  return name ?? hostOf(clientId) ?? clientId;
}

export function applicationView({ clientId, name }: NamedApplication): ApplicationView {
  const host = hostOf(clientId);
  return { clientId, name: nameOf({ clientId, name }), host, isVerified: host === null };
}

/** Returns the scopes of the table among these. */
export function scopesAmong(scopes: readonly string[]): ScopeKey[] {
  return scopeKeys.filter((scope) => scopes.includes(scope));
}

const scopeKeys = Object.keys(policy.scopes) as ScopeKey[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the keys of a literal

export type CanChange = (scopes: readonly ScopeKey[]) => boolean;

/** Applications can call only tools, so a scope changes something if it covers a tool that does. */
export function createCanChange(): (router: AnyTRPCRouter) => Promise<CanChange> {
  let changing: Promise<ReadonlySet<string>> | undefined;
  return async (router) => {
    const permissions = await (changing ??= permissionsToChange(router));
    return (scopes) =>
      scopes.some((scope) => {
        const covered: readonly AppPermission[] = policy.scopes[scope].permissions;
        return covered.some((permission) => permissions.has(permission));
      });
  };
}

async function permissionsToChange(router: AnyTRPCRouter): Promise<ReadonlySet<string>> {
  const tools = await toolsOf(router, {
    createContext() {
      throw new TypeError('These tools are not called.');
    },
  });
  return new Set(
    Object.values(tools)
      .filter(({ listed }) => !listed.annotations.readOnlyHint)
      .flatMap(({ requirement }) => requirement.permissions),
  );
}

export function usedApplication(row: Row, canChange: CanChange): UsedApplication {
  const scopes = scopesAmong(row.scopes);
  return {
    ...applicationView(row),
    scopes,
    canChange: canChange(scopes),
    since: row.firstUsedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
