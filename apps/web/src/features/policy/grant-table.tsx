import { Popover } from '@base-ui/react/popover';
import type { Policy } from '@latchkey/permissions';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole } from '../../policy.ts';
import { roleName } from '../../shared/role-badge.tsx';
import { RolePopup } from '../../shared/role-popup.tsx';
import { ViewAs } from '../../shared/view-as/view-as.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { columns, conditional, groups, type Column, permissionsIn, type MatrixDraft } from './grant-draft.ts';
import { GrantCell, GrantLegend } from './grant-cell.tsx';

export function GrantTable(props: {
  /** The policy with the draft applied. */
  readonly table: Policy;
  /** The number of users with each role; `undefined` while loading. */
  readonly holders: Readonly<Record<string, number>> | undefined;
  readonly draft?: MatrixDraft;
}): ReactNode {
  const { table, holders, draft } = props;
  const { t } = useTranslation();
  // A draft changes only roles in the organization.
  const shown = draft === undefined ? columns : columns.filter(({ kind }) => kind === 'organization');
  return (
    <section aria-labelledby="matrix-title">
      <h2 id="matrix-title" className="sr-only">
        {t('policy.matrix')}
      </h2>
      <div className="overflow-clip rounded-card border border-line bg-surface">
        <table className="w-full table-fixed border-collapse">
          <caption className="sr-only">{t('policy.matrix')}</caption>
          <colgroup>
            <col />
            {shown.map((column) => (
              <col key={keyOf(column)} className="w-8 lg:w-20 xl:w-24 print:w-24" />
            ))}
          </colgroup>
          <thead>
            <tr>
              {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- the corner of the table, not a control */}
              <td className="p-0" />
              {kinds.map((kind) => {
                const { length } = shown.filter((column) => column.kind === kind);
                return (
                  length > 0 && (
                    <th
                      key={kind}
                      scope="colgroup"
                      colSpan={length}
                      className={`px-1 pt-2 align-bottom text-xs font-normal text-muted ${kind === 'instance' ? 'border-l border-line' : ''}`}
                    >
                      {t(`policy.kind.${kind}`)}
                    </th>
                  )
                );
              })}
            </tr>
            <tr>
              <th scope="col" className={`${head} left-0 px-3 text-left align-bottom lg:px-4`}>
                <span className="text-sm font-medium text-muted max-lg:sr-only">
                  {t('policy.permission')}
                </span>
              </th>
              {shown.map((column) => (
                <th
                  key={keyOf(column)}
                  scope="col"
                  className={`${head} ${edge(column)} h-32 px-0 align-bottom max-lg:[&:lang(ko)]:h-20 lg:h-auto`}
                >
                  <RoleHead
                    column={column}
                    table={table}
                    holders={column.kind === 'organization' ? holders?.[column.role] : undefined}
                  />
                </th>
              ))}
            </tr>
          </thead>
          {groups.map(({ resource, permissions }) => (
            <tbody key={resource}>
              <tr className="print:break-after-avoid">
                <th
                  scope="rowgroup"
                  colSpan={shown.length + 1}
                  className="border-t border-line bg-sunken px-3 py-1.5 text-left text-sm font-medium text-muted lg:px-4"
                >
                  {t(`resource.${resource}`)}
                </th>
              </tr>
              {permissions.map((permission) => (
                <tr key={permission} className="border-t border-line hover:bg-sunken">
                  {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text is the permission */}
                  <th scope="row" className="px-3 py-2 text-left font-normal lg:px-4">
                    <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                      <span className="min-w-0">
                        {t(`permission.${permission}`)}{' '}
                        {conditional.has(permission) && (
                          <a
                            href="#conditions"
                            className="text-xs text-muted underline underline-offset-4 pointer-coarse:py-3"
                          >
                            {t('policy.byCondition')}
                          </a>
                        )}
                      </span>
                      <code className="hidden font-mono text-xs text-muted lg:inline">{permission}</code>
                    </span>
                  </th>
                  {shown.map((column) => (
                    <td key={keyOf(column)} className={`h-11 p-0 text-center ${edge(column)}`}>
                      <GrantCell table={table} permission={permission} column={column} draft={draft} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <GrantLegend isDrafting={draft !== undefined} />
      {draft !== undefined && draft.changes.length > 0 && (
        // In a narrow window, the preview of the change is far below.
        <a
          href="#draft"
          className={`${buttonClass('primary')} sticky bottom-3 mt-3 w-full shadow-float xl:hidden print:hidden`}
        >
          {t('policy.draft.see', { count: draft.changes.length })}
        </a>
      )}
    </section>
  );
}

const kinds = ['organization', 'instance'] as const;

const head =
  'sticky top-[calc(3.5rem+var(--bar))] z-1 bg-surface pb-2 shadow-[inset_0_-1px_var(--color-line)] print:static';

/** The class of a column: separates the first instance role from the roles before it. */
function edge({ kind, role }: Column): string {
  return kind === 'instance' && role === 'owner' ? 'border-l border-line' : '';
}

function keyOf({ kind, role }: Column): string {
  return `${kind} ${role}`;
}

/** Vertical on a phone: Latin letters from bottom to top, Korean ones stacked. */
function RoleHead(props: {
  readonly column: Column;
  readonly table: Policy;
  readonly holders: number | undefined;
}): ReactNode {
  const { column, table, holders } = props;
  const { kind, role } = column;
  const { t, i18n } = useTranslation();
  const name = roleName(role, kind, t);
  const included = (kind === 'organization' ? (table.roles[role]?.extends ?? []) : []).filter(isRole);
  return (
    <Popover.Root>
      {/* Chromium omits a box from the table header that it repeats on the next sheet, so the button has no box in print. */}
      <Popover.Trigger className="print:contents inline-flex max-h-full w-full flex-col items-center rounded-control px-1 py-1 hover:bg-sunken data-popup-open:bg-sunken max-lg:justify-end max-lg:[writing-mode:vertical-rl] max-lg:[&:not(:lang(ko))]:rotate-180 lg:min-h-11">
        <span className="text-sm font-semibold underline decoration-line-strong decoration-dotted underline-offset-4 print:block print:no-underline">
          {name}
        </span>{' '}
        {kind === 'instance' ? (
          <span className="sr-only">{t('policy.kind.instance')}</span>
        ) : (
          <span className="text-xs font-normal text-muted tabular-nums max-lg:hidden print:block">
            {holders === undefined ? '\u00a0' : t('policy.hold', { count: holders })}
          </span>
        )}
      </Popover.Trigger>
      <RolePopup
        title={kind === 'organization' ? name : t('policy.onOneLong', { role: name })}
        permissions={permissionsIn(table, column)}
        nothing={t('policy.mayNothing')}
        footer={kind === 'organization' && isRole(role) && <ViewAs target={{ kind: 'role', role }} />}
      >
        {holders !== undefined && (
          <p className="text-sm text-muted">{t('policy.holdHere', { count: holders })}</p>
        )}
        {included.length > 0 && (
          <p className="text-sm text-muted">
            {t('policy.includes', { roles: i18n.list(included.map((one) => t(`role.${one}`))) })}
          </p>
        )}
        <p className="mt-2 text-sm font-medium">{t('policy.may')}</p>
      </RolePopup>
    </Popover.Root>
  );
}
