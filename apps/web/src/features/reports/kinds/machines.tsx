import type { ReactNode } from 'react';
import { isPermission } from '../../../policy.ts';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { ContentRows } from '../content-rows.tsx';
import { HeldRoles, keyOf, personColumn, type KindRows, type ReportKindView } from './report-kind.tsx';

export const machines: ReportKindView<'machines'> = {
  requestOf: () => ({ kind: 'machines' }),
  about: (_request, { t }) => t('report.about.machines'),
  Table: Machines,
  Changed: ({ row }) => <HeldRoles roles={row.roles} />,
};

function Machines({ rows }: KindRows<'machines'>): ReactNode {
  const { t } = useTranslation();
  const wordsOf = (permission: string): string =>
    isPermission(permission) ? t(`permission.${permission}`) : permission;
  return (
    <ContentRows
      caption={t('report.kindPurpose.machines')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        personColumn(t('person.machine')),
        { label: t('report.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
        {
          label: t('report.table.rights'),
          render: ({ permissions }) =>
            permissions.length === 0
              ? t('report.table.noRights')
              : permissions.map((permission) => wordsOf(permission)).join(', '),
          sortBy: ({ permissions }) => permissions.length,
          className: 'w-1/2 text-sm text-muted',
        },
      ]}
    />
  );
}
