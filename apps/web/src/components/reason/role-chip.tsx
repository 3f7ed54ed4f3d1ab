import { Popover } from '@base-ui/react/popover';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isReportRole, isRole, isShown } from '../../policy.ts';
import { ChipContent, chipTone } from './chip.tsx';
import type { RoleSource } from './explanation.ts';
import { roleName } from './role-name.ts';
import { sourceText } from './source-text.ts';

/** A role; opened, it says what the role may do. */
export function RoleChip(props: {
  readonly role: string;
  readonly on: 'organization' | 'instance';
  readonly source?: RoleSource | null;
}): ReactNode {
  const { role, on, source = null } = props;
  const { t, i18n } = useTranslation();
  const name = roleName(role, on, t);
  const permissions = permissionsOf(role, on).filter(isShown);
  return (
    <Popover.Root>
      <Popover.Trigger className={`${chipTone.open} data-popup-open:bg-sunken`}>
        <ChipContent
          icon={KeyRound}
          caption={
            source === null ? t('reason.node.role') : sourceText(source, { t, language: i18n.language })
          }
        >
          {name}
        </ChipContent>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-20">
          <Popover.Popup className="w-64 max-w-[calc(100vw-2rem)] rounded-card border border-line bg-surface p-3 shadow-float outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            <Popover.Title className="text-sm font-semibold">
              {t('reason.roleMay', { role: name })}
            </Popover.Title>
            {permissions.length === 0 ? (
              <p className="mt-1 text-sm text-muted">{t('reason.roleMayNothing')}</p>
            ) : (
              <ul className="mt-1 text-sm">
                {permissions.map((permission) => (
                  <li key={permission} className="py-0.5">
                    {t(`permission.${permission}`)}
                  </li>
                ))}
              </ul>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A role on a collection is the same role on the reports in it. */
function permissionsOf(role: string, on: 'organization' | 'instance'): AppPermission[] {
  if (on === 'organization') return isRole(role) ? permissionsOfRole(policy, role) : [];
  return isReportRole(role) ? permissionsOfResourceRole(policy, 'reports', role) : [];
}
