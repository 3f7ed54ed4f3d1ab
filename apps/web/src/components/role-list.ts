import type { AppRole } from '@latchkey/policy';
import type { TFunction } from 'i18next';

/** "editors and administrators", "편집자 및 관리자": roles as the people who hold them. */
export function roleList(
  roles: readonly AppRole[],
  { t, language }: { readonly t: TFunction; readonly language: string },
): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(
    roles.map((role) => t(`roles.${role}`)),
  );
}
