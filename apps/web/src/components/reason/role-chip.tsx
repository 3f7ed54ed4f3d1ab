import { Popover } from '@base-ui/react/popover';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isReportRole, isRole, isShown } from '../../policy.ts';
import { RolePopup } from '../role-popup.tsx';
import { ChipContent, chipTone } from './chip.tsx';
import type { RoleSource } from './explanation.ts';
import { roleName } from './role-name.ts';
import { sourceText } from './source-text.ts';

/** A role that opens a popup with its permissions. */
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
      <RolePopup
        title={t('reason.roleMay', { role: name })}
        permissions={permissions}
        nothing={t('reason.roleMayNothing')}
      />
    </Popover.Root>
  );
}

/** A role on a collection gives the same role on its reports. */
function permissionsOf(role: string, on: 'organization' | 'instance'): AppPermission[] {
  if (on === 'organization') return isRole(role) ? permissionsOfRole(policy, role) : [];
  return isReportRole(role) ? permissionsOfResourceRole(policy, 'reports', role) : [];
}
