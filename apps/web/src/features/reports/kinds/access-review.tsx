import type { ReactNode } from 'react';
import { isRole } from '../../../policy.ts';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { ContentRows } from '../content-rows.tsx';
import { HeldRoles, keyOf, personColumn, type KindRows, type ReportKindView } from './report-kind.tsx';

export const accessReview: ReportKindView<'access-review'> = {
  requestOf: ({ roles = '' }) => ({ kind: 'access-review', roles: roles.split(',').filter(isRole) }),
  about: ({ roles }, { t, rolesNamed }) =>
    roles.length === 0 ? t('report.about.everybody') : t('report.about.roles', { roles: rolesNamed(roles) }),
  Table: Holders,
  Changed: ({ row }) => <HeldRoles roles={row.roles} />,
};

function Holders({ rows }: KindRows<'access-review'>): ReactNode {
  const { t } = useTranslation();
  return (
    <ContentRows
      caption={t('report.kindPurpose.access-review')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        personColumn(t('report.table.person')),
        {
          label: t('report.table.roles'),
          render: ({ roles }) => <HeldRoles roles={roles} />,
          className: 'w-2/5',
        },
      ]}
    />
  );
}
