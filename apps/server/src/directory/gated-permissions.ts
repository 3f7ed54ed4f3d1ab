import { defaultTenant } from '@latchkey/directory-sync';
import { permissionsOf } from '@latchkey/permissions';
import { gatedPermissions } from '@latchkey/permissions/trpc';
import { isAboutInstallation, policy, type AppPermission } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';

/** The permissions that the router's gates require, in the policy's order. */
export interface GatedPermissions {
  /** Those that a role in the tenant can grant. */
  readonly here: readonly AppPermission[];
  /** Permissions for the whole installation, which no role in this organization grants. */
  readonly elsewhere: readonly AppPermission[];
}

export async function gatedPermissionsIn(tenant: string, router: AnyTRPCRouter): Promise<GatedPermissions> {
  const gated = new Set(await gatedPermissions(router));
  const all = permissionsOf(policy).filter((permission) => gated.has(permission));
  const elsewhere = tenant === defaultTenant ? [] : all.filter(isAboutInstallation);
  return { here: all.filter((permission) => !elsewhere.includes(permission)), elsewhere };
}
