import type { AppRole } from '@latchkey/policy';
import type { TFunction } from 'i18next';
import type { ReportRole } from '../policy.ts';

interface Holders {
  /** Roles in the organization. */
  readonly roles: readonly AppRole[];
  /** Roles on the report that it is about. */
  readonly onReport: readonly ReportRole[];
}

/** Who holds roles, in the plural: "the report’s owner and administrators", "보고서 소유자 및 관리자". Empty without a role. */
export function roleList(
  { roles, onReport }: Holders,
  { t, language }: { readonly t: TFunction; readonly language: string },
): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format([
    ...onReport.map((role) => t(`reportRoles.${role}`)),
    ...roles.map((role) => t(`roles.${role}`)),
  ]);
}
