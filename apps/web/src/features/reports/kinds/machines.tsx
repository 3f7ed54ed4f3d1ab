import { HeldRoles, keyOf, personColumn, type ReportKindView } from './report-kind.tsx';

export const machines: ReportKindView<'machines'> = {
  requestOf: () => ({ kind: 'machines' }),
  about: (_request, { t }) => t('reportKinds.about.machines'),
  keyOf,
  columns: ({ t, actionName }) => [
    personColumn(t('person.machine')),
    { label: t('reportKinds.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
    {
      label: t('reportKinds.table.rights'),
      render: ({ permissions }) =>
        permissions.length === 0
          ? t('reportKinds.table.noRights')
          : permissions.map((permission) => actionName(permission)).join(', '),
      sortBy: ({ permissions }) => permissions.length,
      className: 'w-1/2 text-sm text-muted',
    },
  ],
  changed: ({ roles }) => <HeldRoles roles={roles} />,
};
