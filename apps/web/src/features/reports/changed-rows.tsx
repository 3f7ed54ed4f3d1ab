import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Person } from '../../components/person.tsx';
import { ContentRows } from './content-rows.tsx';
import { ChangedValue } from './kinds/kinds.tsx';
import type { Comparison } from './report-types.ts';

type Row = Exclude<Comparison['differences'], { kind: 'changes' }>['changed'][number]['after'];
interface Change {
  readonly before: Row;
  readonly after: Row;
}

/** Rows that both reports have, before and after. Not for events, which never change. */
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
        {
          label: t('report.compare.before'),
          render: ({ before }) => <ChangedValue kind={differences.kind} row={before} />,
        },
        {
          label: t('report.compare.after'),
          render: ({ after }) => <ChangedValue kind={differences.kind} row={after} />,
        },
      ]}
    />
  );
}
