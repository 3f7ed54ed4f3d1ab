import { ListNotPlannableError, meets, type ListPlan } from '@latchkey/permissions';
import type { SignedIn } from '../../trpc/context.ts';
import type { Report } from './report-store.ts';

/** Which confidential reports somebody may read, beside what else a report asks for. */
export interface Clearance {
  readonly plan: ListPlan<never>;
  /** Whether the PDP cannot tell, because it decides no conditions, and so none is shown. */
  readonly isUndecidable: boolean;
}

const permission = 'reports:view-confidential';

/** Roles decide on every PDP; the condition of the policy, on one that knows attributes. @throws {AuthorizationUnavailableError} */
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

/** @throws {PermissionDeniedError} */
export async function requireClearance(
  permissions: SignedIn['permissions'],
  report: Classified,
): Promise<void> {
  if (report.classification === 'normal' || isCleared(await clearanceOf(permissions), report)) return;
  // Without the attribute, which a PDP that knows none refuses: a role decides, and the denial says which one.
  await permissions.require(permission, report.id);
}
