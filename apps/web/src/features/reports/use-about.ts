import { useTranslation } from '../../i18n/use-translation.tsx';
import { aboutOf } from './kinds/kinds.tsx';
import type { ReportContent } from './report-types.ts';
import { useRoleName } from './use-role-name.ts';

/** The options that a report was created with, as text. */
export function useAbout(): (request: ReportContent['request']) => string {
  const { t, i18n } = useTranslation();
  const roleName = useRoleName();
  const names = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const rolesNamed = (roles: readonly string[]) => names.format(roles.map((role) => roleName(role)));
  return (request) => aboutOf(request.kind, request, { t, rolesNamed });
}
