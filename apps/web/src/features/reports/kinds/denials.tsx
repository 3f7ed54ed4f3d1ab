import { RelativeTime } from '../../../ui/time.tsx';
import { period, personColumn, type ReportKindView } from './report-kind.tsx';

export const denials: ReportKindView<'denials'> = {
  days: period,
  requestOf: ({ days = period.first }) => ({ kind: 'denials', days }),
  about: ({ days }, { t }) => t('reportKinds.about.period', { count: days }),
  keyOf: ({ key, permission }) => `${key} ${permission}`,
  columns: ({ t, i18n, actionName }) => [
    personColumn(t('reportKinds.table.person')),
    {
      label: t('reportKinds.table.permission'),
      render: ({ permission, instances }) => (
        <>
          <span className="font-medium">{actionName(permission)}</span>
          {instances > 0 && (
            <span className="block text-sm text-muted">
              {t('reportKinds.table.instances', { count: instances })}
            </span>
          )}
        </>
      ),
      sortBy: ({ permission }) => actionName(permission),
    },
    {
      label: t('reportKinds.table.times'),
      render: ({ times }) => i18n.number(times),
      sortBy: ({ times }) => times,
      atEnd: true,
    },
    {
      label: t('reportKinds.table.last'),
      render: ({ lastAt }) => <RelativeTime at={lastAt} />,
      sortBy: ({ lastAt }) => lastAt,
      className: 'text-muted',
      atEnd: true,
    },
  ],
  changed: ({ permission, times }, { t, actionName }) => (
    <>
      <span className="font-medium">{actionName(permission)}</span>
      <span className="block text-sm text-muted">{t('report.compare.times', { count: times })}</span>
    </>
  ),
};
