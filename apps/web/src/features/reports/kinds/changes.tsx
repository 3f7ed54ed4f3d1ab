import type { ReactNode } from 'react';
import { useActionName } from '../../../shared/use-action-name.ts';
import { ExactTime } from '../../../ui/time.tsx';
import { Person, nameOf } from '../../../shared/person.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { ContentRows } from '../content-rows.tsx';
import { roleName } from '../../../shared/role-badge.tsx';
import { period, type KindRows, type ReportKindView } from './report-kind.tsx';

export const changes: ReportKindView<'changes'> = {
  days: period,
  requestOf: ({ days = period.first }) => ({ kind: 'changes', days }),
  about: ({ days }, { t }) => t('report.about.period', { count: days }),
  Table: Changes,
  // An event never changes.
  Changed: () => null,
};

function Changes({ rows }: KindRows<'changes'>): ReactNode {
  const { t } = useTranslation();
  const actionName = useActionName();
  return (
    <ContentRows
      caption={t('report.kindPurpose.changes')}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          label: t('report.table.change'),
          render: (row) => (
            <>
              <span className="font-medium">{actionName(row.action)}</span>
              {row.outcome === 'failed' && <span className="text-denied"> · {t('report.table.failed')}</span>}
              {row.outcome === 'unknown' && (
                <span className="text-unknown"> · {t('event.outcome.unknown')}</span>
              )}
              <RolesChanged before={row.before} after={row.after} />
            </>
          ),
          sortBy: ({ action }) => actionName(action),
        },
        {
          label: t('report.table.about'),
          render: ({ subject, instance }) =>
            subject !== null ? (
              <Person person={subject} />
            ) : (
              instance !== null && <code className="font-mono text-xs text-muted">{instance.slice(-6)}</code>
            ),
          sortBy: ({ subject }) => (subject === null ? '' : nameOf(subject)),
          className: 'sm:max-w-60',
        },
        {
          label: t('report.table.by'),
          render: ({ actor }) =>
            actor === null ? (
              <span className="text-muted">{t('report.table.system')}</span>
            ) : (
              <Person person={actor} />
            ),
          sortBy: ({ actor }) => (actor === null ? '' : nameOf(actor)),
        },
        {
          label: t('report.table.when'),
          render: ({ at }) => <ExactTime at={at} />,
          sortBy: ({ at }) => at,
          className: 'text-muted',
          atEnd: true,
        },
      ]}
    />
  );
}

function RolesChanged({
  before,
  after,
}: Pick<KindRows<'changes'>['rows'][number], 'before' | 'after'>): ReactNode {
  const { t } = useTranslation();
  const [had, has] = [before?.['roles'], after?.['roles']];
  if (!Array.isArray(had) || !Array.isArray(has)) return null;
  const namesOf = (roles: readonly unknown[]): string =>
    roles.length === 0
      ? t('report.table.none')
      : roles.map((role) => roleName(String(role), 'organization', t)).join(', ');
  return (
    <span className="block text-sm text-muted">
      {t('report.table.rolesChanged', { before: namesOf(had), after: namesOf(has) })}
    </span>
  );
}
