import type { ReactNode } from 'react';
import { RelativeTime } from '../../../ui/time.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { useActionName } from '../../../shared/use-action-name.ts';
import { ContentRows } from '../content-rows.tsx';
import { period, personColumn, type KindRows, type ReportKindView } from './report-kind.tsx';

export const denials: ReportKindView<'denials'> = {
  days: period,
  requestOf: ({ days = period.first }) => ({ kind: 'denials', days }),
  about: ({ days }, { t }) => t('report.about.period', { count: days }),
  Table: Denials,
  Changed,
};

function Denials({ rows }: KindRows<'denials'>): ReactNode {
  const { t, i18n } = useTranslation();
  const nameOf = useActionName();
  return (
    <ContentRows
      caption={t('report.kindPurpose.denials')}
      rows={rows}
      keyOf={({ key, permission }) => `${key} ${permission}`}
      columns={[
        personColumn(t('report.table.person')),
        {
          label: t('report.table.permission'),
          render: ({ permission, instances }) => (
            <>
              <span className="font-medium">{nameOf(permission)}</span>
              {instances > 0 && (
                <span className="block text-sm text-muted">
                  {t('report.table.instances', { count: instances })}
                </span>
              )}
            </>
          ),
          sortBy: ({ permission }) => nameOf(permission),
        },
        {
          label: t('report.table.times'),
          render: ({ times }) => i18n.number(times),
          sortBy: ({ times }) => times,
          atEnd: true,
        },
        {
          label: t('report.table.last'),
          render: ({ lastAt }) => <RelativeTime at={lastAt} />,
          sortBy: ({ lastAt }) => lastAt,
          className: 'text-muted',
          atEnd: true,
        },
      ]}
    />
  );
}

function Changed({
  row: { permission, times },
}: {
  readonly row: KindRows<'denials'>['rows'][number];
}): ReactNode {
  const { t } = useTranslation();
  const nameOf = useActionName();
  return (
    <>
      <span className="font-medium">{nameOf(permission)}</span>
      <span className="block text-sm text-muted">{t('report.compare.times', { count: times })}</span>
    </>
  );
}
