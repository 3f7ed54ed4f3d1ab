import { Popover } from '@base-ui/react/popover';
import type { Policy } from '@latchkey/permissions';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { ViewAs } from '../../shared/view-as/view-as.tsx';
import { RolePopup } from '../../shared/role-popup.tsx';
import { isRole } from '../../policy.ts';
import { permissionsIn, type Column } from './columns.ts';

/**
 * The header of a column: opens a popup with the role's permissions and number of users. On a phone it is vertical:
 * Latin letters from bottom to top, Korean ones stacked.
 */
export function RoleHead(props: {
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
      <Popover.Trigger className="print:contents inline-flex max-h-full w-full flex-col items-center rounded-control px-1 py-1 hover:bg-sunken data-popup-open:bg-sunken max-md:justify-end max-md:[writing-mode:vertical-rl] max-md:[&:not(:lang(ko))]:rotate-180 md:min-h-11">
        <span className="text-sm font-semibold underline decoration-line-strong decoration-dotted underline-offset-4 print:block print:no-underline">
          {name}
        </span>{' '}
        {kind === 'instance' ? (
          <span className="sr-only">{t('policy.kind.instance')}</span>
        ) : (
          <span className="text-xs font-normal text-muted tabular-nums max-md:hidden print:block">
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
