import { useTranslation } from '../../i18n/use-translation.tsx';
import type { ReportContent } from './report-types.ts';
import { useRoleName } from './use-role-name.ts';

/** What a report was made with, in words. */
export function useAbout(): (request: ReportContent['request']) => string {
  const { t, i18n } = useTranslation();
  const roleName = useRoleName();
  return (request) => {
    switch (request.kind) {
      case 'access-review': {
        if (request.roles.length === 0) return t('report.about.everybody');
        const names = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
        return t('report.about.roles', { roles: names.format(request.roles.map((role) => roleName(role))) });
      }
      case 'machines':
        return t('report.about.machines');
      case 'dormant':
        return t('report.about.dormant', { count: request.days });
      default:
        return t('report.about.period', { count: request.days });
    }
  };
}
