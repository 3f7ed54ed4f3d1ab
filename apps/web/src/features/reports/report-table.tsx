import { FileText, Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useActionName } from '../../components/actions/use-action-name.ts';
import { Callout } from '../../components/callout.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { PermissionName } from '../../components/permission-name.tsx';
import { Person } from '../../components/person.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { isPermission } from '../../policy.ts';
import { ContentRows } from './content-rows.tsx';
import { HeldRoles } from './held-roles.tsx';
import type { ContentOf, ReportContent } from './report-types.ts';
import { useRoleName } from './use-role-name.ts';

/** What a report says, as a table of its kind; and when it has not all rows, that it has not. */
export function ReportTable({ content }: { readonly content: ReportContent }): ReactNode {
  const { t } = useTranslation();
  const { kind, total, rows } = content;
  if (rows.length === 0)
    return (
      <EmptyState icon={FileText} title={t('reports.nothing.title')} how={t(`reports.nothing.${kind}`)} />
    );
  return (
    <>
      {total > rows.length && (
        <Callout tone="info" icon={Scissors} title={t('reports.cut.title', { shown: rows.length, total })}>
          {t('reports.cut.how')}
        </Callout>
      )}
      <ContentTable content={content} />
    </>
  );
}

/** The rows alone, for a preview as well. */
export function ContentTable({ content }: { readonly content: ReportContent }): ReactNode {
  switch (content.kind) {
    case 'access-review':
      return <Holders rows={content.rows} />;
    case 'machines':
      return <Machines rows={content.rows} />;
    case 'dormant':
      return <Dormant rows={content.rows} />;
    case 'denials':
      return <Denials rows={content.rows} />;
    default:
      return <Changes rows={content.rows} />;
  }
}

interface RowsOf<Kind extends ReportContent['kind']> {
  readonly rows: ContentOf<Kind>['rows'];
}

const keyOf = ({ key }: { readonly key: string }): string => key;

/** The text by which a reader finds somebody. */
function nameOf({ key, name, email = null }: { key: string; name: string | null; email?: string | null }) {
  return name ?? email ?? key;
}

function Holders({ rows }: RowsOf<'access-review'>): ReactNode {
  const { t } = useTranslation();
  return (
    <ContentRows
      caption={t('reports.kindPurpose.access-review')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        {
          label: t('reports.table.person'),
          render: (row) => <Person person={row} detailed />,
          sortBy: nameOf,
        },
        {
          label: t('reports.table.roles'),
          render: ({ roles }) => <HeldRoles roles={roles} />,
          className: 'w-2/5',
        },
      ]}
    />
  );
}

function Machines({ rows }: RowsOf<'machines'>): ReactNode {
  const { t } = useTranslation();
  const wordsOf = (permission: string): string =>
    isPermission(permission) ? t(`permission.${permission}`) : permission;
  return (
    <ContentRows
      caption={t('reports.kindPurpose.machines')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        {
          label: t('reports.table.machine'),
          render: (row) => <Person person={row} detailed />,
          sortBy: nameOf,
        },
        { label: t('reports.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
        {
          label: t('reports.table.rights'),
          render: ({ permissions }) =>
            permissions.length === 0
              ? t('reports.table.noRights')
              : permissions.map((permission) => wordsOf(permission)).join(', '),
          sortBy: ({ permissions }) => permissions.length,
          className: 'w-1/2 text-sm text-muted',
        },
      ]}
    />
  );
}

function Dormant({ rows }: RowsOf<'dormant'>): ReactNode {
  const { t } = useTranslation();
  return (
    <ContentRows
      caption={t('reports.kindPurpose.dormant')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        {
          label: t('reports.table.person'),
          render: (row) => <Person person={row} detailed />,
          sortBy: nameOf,
        },
        { label: t('reports.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
        {
          label: t('reports.table.lastSignIn'),
          render: ({ lastSignInAt }) =>
            lastSignInAt === null ? t('reports.table.never') : <RelativeTime at={lastSignInAt} />,
          sortBy: ({ lastSignInAt }) => lastSignInAt ?? '',
          className: 'text-muted',
        },
      ]}
    />
  );
}

function Denials({ rows }: RowsOf<'denials'>): ReactNode {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <ContentRows
      caption={t('reports.kindPurpose.denials')}
      rows={rows}
      keyOf={({ key, permission }) => `${key} ${permission}`}
      columns={[
        {
          label: t('reports.table.person'),
          render: (row) => <Person person={row} detailed />,
          sortBy: nameOf,
        },
        {
          label: t('reports.table.permission'),
          render: ({ permission, instances }) => (
            <>
              {isPermission(permission) ? (
                <PermissionName permission={permission} />
              ) : (
                <code className="font-mono text-xs">{permission}</code>
              )}
              {instances > 0 && (
                <span className="block text-sm text-muted">
                  {t('reports.table.instances', { count: instances })}
                </span>
              )}
            </>
          ),
          sortBy: ({ permission }) => permission,
        },
        {
          label: t('reports.table.times'),
          render: ({ times }) => number.format(times),
          sortBy: ({ times }) => times,
          className: 'sm:text-right print:text-right',
        },
        {
          label: t('reports.table.last'),
          render: ({ lastAt }) => <RelativeTime at={lastAt} />,
          sortBy: ({ lastAt }) => lastAt,
          className: 'text-muted sm:text-right print:text-right',
        },
      ]}
    />
  );
}

function Changes({ rows }: RowsOf<'changes'>): ReactNode {
  const { t } = useTranslation();
  const actionName = useActionName();
  return (
    <ContentRows
      caption={t('reports.kindPurpose.changes')}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          label: t('reports.table.change'),
          render: (row) => (
            <>
              <span className="font-medium">{actionName(row.action)}</span>
              {row.outcome === 'failed' && (
                <span className="text-denied"> · {t('reports.table.failed')}</span>
              )}
              <RolesChanged before={row.before} after={row.after} />
            </>
          ),
          sortBy: ({ action }) => actionName(action),
        },
        {
          label: t('reports.table.about'),
          render: ({ subject, instance }) =>
            subject !== null ? (
              <Person person={subject} />
            ) : (
              instance !== null && <code className="font-mono text-xs text-muted">{instance.slice(-6)}</code>
            ),
          sortBy: ({ subject }) => (subject === null ? '' : nameOf(subject)),
        },
        {
          label: t('reports.table.by'),
          render: ({ actor }) =>
            actor === null ? (
              <span className="text-muted">{t('reports.table.system')}</span>
            ) : (
              <Person person={actor} />
            ),
          sortBy: ({ actor }) => (actor === null ? '' : nameOf(actor)),
        },
        {
          label: t('reports.table.when'),
          render: ({ at }) => <ExactTime at={at} />,
          sortBy: ({ at }) => at,
          className: 'text-muted sm:text-right print:text-right',
        },
      ]}
    />
  );
}

/** Which roles somebody had before and after; nothing for a change of something else. */
function RolesChanged({
  before,
  after,
}: Pick<ContentOf<'changes'>['rows'][number], 'before' | 'after'>): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const [had, has] = [before?.['roles'], after?.['roles']];
  if (!Array.isArray(had) || !Array.isArray(has)) return null;
  const words = (roles: readonly unknown[]): string =>
    roles.length === 0 ? t('reports.table.none') : roles.map((role) => roleName(String(role))).join(', ');
  return (
    <span className="block text-sm text-muted">
      {t('reports.table.rolesChanged', { before: words(had), after: words(has) })}
    </span>
  );
}
