import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../components/person.tsx';
import { PermissionName } from '../../components/permission-name.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { isPermission } from '../../policy.ts';
import { ContentRows } from './content-rows.tsx';
import { HeldRoles } from './held-roles.tsx';
import type { Comparison } from './report-types.ts';

type Row = Exclude<Comparison['differences'], { kind: 'changes' }>['changed'][number]['after'];
interface Change {
  readonly before: Row;
  readonly after: Row;
}

/** Rows that both reports have, as they were and as they are. Of events there are none: an event never changes. */
export function ChangedRows({ differences }: Pick<Comparison, 'differences'>): ReactNode {
  const { t } = useTranslation();
  if (differences.kind === 'changes') return null;
  const changed: readonly Change[] = differences.changed;
  return (
    <ContentRows
      caption={t('report.compare.changed')}
      rows={changed}
      keyOf={({ after }) => `${after.key} ${'permission' in after ? after.permission : ''}`}
      columns={[
        {
          label: t('report.table.person'),
          render: ({ after }) => <Person person={after} detailed />,
          sortBy: ({ after }) => after.name ?? after.key,
        },
        { label: t('report.compare.before'), render: ({ before }) => <Value row={before} /> },
        { label: t('report.compare.after'), render: ({ after }) => <Value row={after} /> },
      ]}
    />
  );
}

/** What of a row can change. */
function Value({ row }: { readonly row: Row }): ReactNode {
  const { t } = useTranslation();
  if ('permission' in row)
    return (
      <>
        {isPermission(row.permission) ? <PermissionName permission={row.permission} /> : row.permission}
        <span className="block text-sm text-muted">{t('report.compare.times', { count: row.times })}</span>
      </>
    );
  return (
    <>
      <HeldRoles roles={row.roles} />
      {'lastSignInAt' in row && (
        <span className="mt-1 block text-sm text-muted">
          {t('report.table.lastSignIn')}:{' '}
          {row.lastSignInAt === null ? t('report.table.never') : <RelativeTime at={row.lastSignInAt} />}
        </span>
      )}
    </>
  );
}
