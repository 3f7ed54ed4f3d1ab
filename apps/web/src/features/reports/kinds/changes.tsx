import type { ReactNode } from 'react';
import { ExactTime } from '../../../ui/time.tsx';
import { Person, nameOf } from '../../../shared/person.tsx';
import { useTranslation } from '../../../i18n/use-translation.tsx';
import { roleName } from '../../../shared/role-badge.tsx';
import { period, type RowOf, type ReportKindView } from './report-kind.tsx';

export const changes: ReportKindView<'changes'> = {
  days: period,
  requestOf: ({ days = period.first }) => ({ kind: 'changes', days }),
  about: ({ days }, { t }) => t('reportKinds.about.period', { count: days }),
  keyOf: ({ id }) => id,
  columns: ({ t, actionName }) => [
    {
      label: t('reportKinds.table.change'),
      render: (row) => (
        <>
          <span className="font-medium">{actionName(row.action)}</span>
          {row.outcome === 'failed' && (
            <span className="text-denied"> · {t('reportKinds.table.failed')}</span>
          )}
          {row.outcome === 'unknown' && <span className="text-unknown"> · {t('event.outcome.unknown')}</span>}
          <RolesChanged before={row.before} after={row.after} />
        </>
      ),
      sortBy: ({ action }) => actionName(action),
    },
    {
      label: t('reportKinds.table.about'),
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
      label: t('reportKinds.table.by'),
      render: ({ actor }) =>
        actor === null ? (
          <span className="text-muted">{t('reportKinds.table.system')}</span>
        ) : (
          <Person person={actor} />
        ),
      sortBy: ({ actor }) => (actor === null ? '' : nameOf(actor)),
    },
    {
      label: t('reportKinds.table.when'),
      render: ({ at }) => <ExactTime at={at} />,
      sortBy: ({ at }) => at,
      className: 'text-muted',
      atEnd: true,
    },
  ],
  // An event never changes.
  changed: () => null,
};

function RolesChanged({ before, after }: Pick<RowOf<'changes'>, 'before' | 'after'>): ReactNode {
  const { t } = useTranslation();
  const [had, has] = [before?.['roles'], after?.['roles']];
  if (!Array.isArray(had) || !Array.isArray(has)) return null;
  const namesOf = (roles: readonly unknown[]): string =>
    roles.length === 0
      ? t('reportKinds.table.none')
      : roles.map((role) => roleName(String(role), 'organization', t)).join(', ');
  return (
    <span className="block text-sm text-muted">
      {t('reportKinds.table.rolesChanged', { before: namesOf(had), after: namesOf(has) })}
    </span>
  );
}
