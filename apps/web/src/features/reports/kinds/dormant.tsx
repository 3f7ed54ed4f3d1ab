import type { ReactNode } from 'react';
import { RelativeTime } from '../../../ui/time.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { ContentRows } from '../content-rows.tsx';
import { HeldRoles, keyOf, personColumn, type KindRows, type ReportKindView } from './report-kind.tsx';

const days = {
  first: 90,
  choices: [30, 60, 90, 180, 365],
  label: 'report.form.days.dormant',
  each: 'report.form.someDays',
} as const;

export const dormant: ReportKindView<'dormant'> = {
  days,
  requestOf: (search) => ({ kind: 'dormant', days: search.days ?? days.first }),
  about: (request, { t }) => t('report.about.dormant', { count: request.days }),
  Table: Dormant,
  Changed,
};

function Dormant({ rows }: KindRows<'dormant'>): ReactNode {
  const { t } = useTranslation();
  return (
    <ContentRows
      caption={t('report.kindPurpose.dormant')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        personColumn(t('report.table.person')),
        { label: t('report.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
        {
          label: t('report.table.lastSignIn'),
          render: ({ lastSignInAt }) =>
            lastSignInAt === null ? t('report.table.never') : <RelativeTime at={lastSignInAt} />,
          sortBy: ({ lastSignInAt }) => lastSignInAt ?? '',
          className: 'text-muted',
        },
      ]}
    />
  );
}

function Changed({
  row: { roles, lastSignInAt },
}: {
  readonly row: KindRows<'dormant'>['rows'][number];
}): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <HeldRoles roles={roles} />
      <span className="mt-1 block text-sm text-muted">
        {t('report.table.lastSignIn')}:{' '}
        {lastSignInAt === null ? t('report.table.never') : <RelativeTime at={lastSignInAt} />}
      </span>
    </>
  );
}
