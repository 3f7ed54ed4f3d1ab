import { FileText, Scissors } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useActionName } from '../../components/actions/use-action-name.ts';
import { Callout } from '../../components/callout.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExactTime } from '../../components/exact-time.tsx';
import { PermissionName } from '../../components/permission-name.tsx';
import { Person } from '../../components/person.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { isPermission } from '../../policy.ts';
import { ContentRows, type Column } from './content-rows.tsx';
import { HeldRoles } from './held-roles.tsx';
import type { ContentOf, ReportContent } from './report-types.ts';
import { useRoleName } from './use-role-name.ts';

/** What a report says, as a table of its kind; and when it has not all rows, that it has not. */
export function ReportTable({ content }: { readonly content: ReportContent }): ReactNode {
  const { t } = useTranslation();
  const { kind, total, rows } = content;
  if (rows.length === 0)
    return <EmptyState icon={FileText} title={t('report.nothing.title')} how={t(`report.nothing.${kind}`)} />;
  return (
    <>
      {total > rows.length && (
        <Callout tone="info" icon={Scissors} title={t('report.cut.title', { shown: rows.length, total })}>
          {t('report.cut.how')}
        </Callout>
      )}
      <ContentTable content={content} />
    </>
  );
}

/** What of a report is in its table. */
type TableContent = {
  readonly [Kind in ReportContent['kind']]: {
    readonly kind: Kind;
    readonly rows: readonly ContentOf<Kind>['rows'][number][];
  };
}[ReportContent['kind']];

/** The rows alone, for a preview as well. */
export function ContentTable({ content }: { readonly content: TableContent }): ReactNode {
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
  readonly rows: readonly ContentOf<Kind>['rows'][number][];
}

const keyOf = ({ key }: { readonly key: string }): string => key;

/** The text by which a reader finds somebody. */
function nameOf({ key, name, email = null }: { key: string; name: string | null; email?: string | null }) {
  return name ?? email ?? key;
}

/** Whom a row is about. */
function personColumn(label: string): Column<ComponentProps<typeof Person>['person']> {
  return { label, render: (row) => <Person person={row} detailed />, sortBy: nameOf };
}

function Holders({ rows }: RowsOf<'access-review'>): ReactNode {
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

function Machines({ rows }: RowsOf<'machines'>): ReactNode {
  const { t } = useTranslation();
  const wordsOf = (permission: string): string =>
    isPermission(permission) ? t(`permission.${permission}`) : permission;
  return (
    <ContentRows
      caption={t('report.kindPurpose.machines')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        personColumn(t('report.table.machine')),
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

function Dormant({ rows }: RowsOf<'dormant'>): ReactNode {
  const { t } = useTranslation();
  return (
    <ContentRows
      caption={t('report.kindPurpose.dormant')}
      rows={rows}
      keyOf={keyOf}
      columns={[
        personColumn(t('report.table.person')),
        { label: t('report.table.roles'), render: ({ roles }) => <HeldRoles roles={roles} /> },
        {
          label: t('report.table.lastSignIn'),
          render: ({ lastSignInAt }) =>
            lastSignInAt === null ? t('report.table.never') : <RelativeTime at={lastSignInAt} />,
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
      caption={t('report.kindPurpose.denials')}
      rows={rows}
      keyOf={({ key, permission }) => `${key} ${permission}`}
      columns={[
        personColumn(t('report.table.person')),
        {
          label: t('report.table.permission'),
          render: ({ permission, instances }) => (
            <>
              {isPermission(permission) ? (
                <PermissionName permission={permission} />
              ) : (
                <code className="font-mono text-xs">{permission}</code>
              )}
              {instances > 0 && (
                <span className="block text-sm text-muted">
                  {t('report.table.instances', { count: instances })}
                </span>
              )}
            </>
          ),
          sortBy: ({ permission }) => permission,
        },
        {
          label: t('report.table.times'),
          render: ({ times }) => number.format(times),
          sortBy: ({ times }) => times,
          atEnd: true,
        },
        {
          label: t('report.table.last'),
          render: ({ lastAt }) => <RelativeTime at={lastAt} />,
          sortBy: ({ lastAt }) => lastAt,
          className: 'text-muted',
          atEnd: true,
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
    roles.length === 0 ? t('report.table.none') : roles.map((role) => roleName(String(role))).join(', ');
  return (
    <span className="block text-sm text-muted">
      {t('report.table.rolesChanged', { before: words(had), after: words(has) })}
    </span>
  );
}
