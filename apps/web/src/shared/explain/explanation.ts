import type { Outputs } from '../../api/trpc.ts';
import { rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { isReportRole, isRole, isSharedResource } from '../../policy.ts';
import type { AccessTarget } from '../request-access/use-request-sheet.ts';

export type Explanation = Outputs['why']['mine'];

export type Chain = Explanation['paths'][number];
export type ChainNode = Chain[number];
export type Instance = NonNullable<Explanation['instance']>;
export type Remedy = Explanation['remedies'][number];

export interface Explained {
  readonly key: string;
  readonly name: string | null;
  readonly isMachine?: boolean;
  readonly isReader: boolean;
}

export interface CheckQuestion {
  /** The user's key in Permit; absent: the current user. */
  readonly person?: string | undefined;
  readonly permission?: AppPermission | undefined;
  readonly on?: string | undefined;
}

export type AskedCheck = CheckQuestion & { readonly permission: AppPermission };

/** Whether a role on one report can grant the permission. */
export function isAboutReports(permission: AppPermission): boolean {
  return permission.startsWith('reports:') && rolesGranting(policy, permission).instance.length > 0;
}

/** The target of a request that would grant the permission; `null` if no single request would. */
export function targetOf([change, ...others]: Remedy): AccessTarget | null {
  if (change === undefined || others.length > 0) return null;
  if (change.kind === 'tenant-role')
    return isRole(change.role) && !change.inLogto ? { kind: 'role', role: change.role } : null;
  if (change.kind !== 'instance-role') return null;
  const { resource, key, title } = change.instance;
  // A collection created directly in Permit is identified by its key, and has no page.
  return isSharedResource(resource) && key !== null && key !== title && isReportRole(change.role)
    ? { kind: 'instance', resource, id: key, role: change.role }
    : null;
}
