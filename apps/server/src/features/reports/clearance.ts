import { ListNotPlannableError, meets, type ListPlan } from '@latchkey/permissions';
import { directoryMapping } from '@latchkey/policy/directory';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { createReportStore, type Report } from './report-store.ts';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PermissionsFor } from '../../directory/decisions.ts';

/** The user role in Logto that gives clearance for confidential reports; `null` if the mapping has none. */
export const clearanceRole: string | null =
  directoryMapping.roleAttributes
    .filter(({ name }) => name === 'clearance')
    .flatMap(({ values }) => [...values])
    .find(([, given]) => given === 'confidential')?.[0] ?? null;

export interface Clearance {
  readonly plan: ListPlan<never>;
  /** Whether the PDP cannot plan the condition. Lists then omit all confidential reports. */
  readonly isUndecidable: boolean;
}

const permission = 'reports:view-confidential';

/**
 * Returns the reports for which the caller is cleared. Clearance by a condition on attributes needs a PDP that supports
 * them; clearance by a role does not.
 * @throws {AuthorizationUnavailableError}
 */
export async function clearanceOf(
  permissions: Pick<SignedIn['permissions'], 'list' | 'tenant'>,
): Promise<Clearance> {
  try {
    return { plan: await permissions.list(permission), isUndecidable: false };
  } catch (error) {
    if (!(error instanceof ListNotPlannableError) || error.reason !== 'unsupported_pdp') throw error;
    return { plan: { kind: 'none', permission, tenant: permissions.tenant }, isUndecidable: true };
  }
}

type Classified = Pick<Report, 'tenant' | 'id' | 'classification'>;

export function isCleared({ plan }: Clearance, { tenant, id, classification }: Classified): boolean {
  return classification === 'normal' || meets(plan, { tenant, id, attributes: { classification } });
}

/** Requires clearance if the report is confidential. @throws {PermissionDeniedError} */
export async function requireClearance(
  permissions: SignedIn['permissions'],
  report: Classified,
): Promise<void> {
  if (report.classification === 'normal' || isCleared(await clearanceOf(permissions), report)) return;
  // Checks without attributes, which some PDPs refuse. This allows users who are cleared by a role, and the denial
  // names the roles.
  await permissions.require(permission, report.id);
}

/** Whether the report exists, is confidential, and the user is not cleared for it. */
export function createIsClosedTo(db: NodePgDatabase, permissionsFor: PermissionsFor) {
  return async (who: { readonly subject: string; readonly tenant: string }, id: string): Promise<boolean> => {
    const report = await createReportStore(db, who.tenant).find(id);
    if (report?.classification !== 'confidential') return false;
    return !isCleared(await clearanceOf(permissionsFor(who)), report);
  };
}
