import { RelativeTime } from '../../../ui/time.tsx';
import { HeldRoles, keyOf, personColumn, type ReportKindView } from './report-kind.tsx';

const days = {
  first: 90,
  choices: [30, 60, 90, 180, 365],
  label: 'report.form.days.dormant',
  each: 'report.form.someDays',
} as const;

export const dormant: ReportKindView<'dormant'> = {
  days,
  requestOf: (search) => ({ kind: 'dormant', days: search.days ?? days.first }),
  about: (request, { t }) => t('reportKinds.about.dormant', { count: request.days }),
  keyOf,
  columns: ({ t }) => [
    personColumn(t('reportKinds.table.person')),
    { label: t('reportKinds.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
    {
      label: t('reportKinds.table.lastSignIn'),
      render: ({ lastSignInAt }) =>
        lastSignInAt === null ? t('reportKinds.table.never') : <RelativeTime at={lastSignInAt} />,
      sortBy: ({ lastSignInAt }) => lastSignInAt ?? '',
      className: 'text-muted',
    },
  ],
  changed: ({ roles, lastSignInAt }, { t }) => (
    <>
      <HeldRoles roles={roles} />
      <span className="mt-1 block text-sm text-muted">
        {t('reportKinds.table.lastSignIn')}:{' '}
        {lastSignInAt === null ? t('reportKinds.table.never') : <RelativeTime at={lastSignInAt} />}
      </span>
    </>
  ),
};
