import { isRole } from '../../../policy.ts';
import { HeldRoles, keyOf, personColumn, type ReportKindView } from './report-kind.tsx';

export const accessReview: ReportKindView<'access-review'> = {
  requestOf: ({ roles = '' }) => ({ kind: 'access-review', roles: roles.split(',').filter(isRole) }),
  about: ({ roles }, { t, rolesNamed }) =>
    roles.length === 0
      ? t('reportKinds.about.everybody')
      : t('reportKinds.about.roles', { roles: rolesNamed(roles) }),
  keyOf,
  columns: ({ t }) => [
    personColumn(t('reportKinds.table.person')),
    {
      label: t('reportKinds.table.roles'),
      render: ({ roles }) => <HeldRoles roles={roles} />,
      className: 'w-2/5',
    },
  ],
  changed: ({ roles }) => <HeldRoles roles={roles} />,
};
