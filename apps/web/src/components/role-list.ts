import type { AppRole } from '@latchkey/policy';
import type { TFunction } from 'i18next';

/** A list of roles in the plural: "editors and administrators", "편집자 및 관리자". */
export function roleList(
  roles: readonly AppRole[],
  { t, language }: { readonly t: TFunction; readonly language: string },
): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(
    roles.map((role) => t(`roles.${role}`)),
  );
}
