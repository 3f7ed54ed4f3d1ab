import type { AppRole } from '@latchkey/policy';
import type { Translate } from '../i18n/translate.ts';
import type { RolesOn } from '../policy.ts';

interface Holders {
  /** Roles in the organization. */
  readonly roles: readonly AppRole[];
  /** Roles on the check's report or collection. */
  readonly on: RolesOn | null;
}

/** The holders of roles, in the plural: "the report’s owner and administrators", "보고서 소유자 및 관리자". Empty without a role. */
export function roleList(
  { roles, on }: Holders,
  { t, language }: { readonly t: Translate; readonly language: string },
): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format([
    ...(on === null ? [] : on.roles.map((role) => t(`instanceRoles.${on.resource}.${role}`))),
    ...roles.map((role) => t(`roles.${role}`)),
  ]);
}
