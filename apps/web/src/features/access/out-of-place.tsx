import type { AppPermission } from '@latchkey/policy';
import { Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isShown } from '../../policy.ts';
import { AccessSection } from './access-section.tsx';
import { PermissionList } from './permission-list.tsx';

/** Permissions that no role in this organization grants. */
export function OutOfPlace({ permissions }: { readonly permissions: readonly AppPermission[] }): ReactNode {
  const { t } = useTranslation();
  const shown = permissions.filter(isShown);
  if (shown.length === 0) return null;
  return (
    <AccessSection title={t('access.elsewhere')} about={t('access.elsewhereWhy')}>
      <div className="px-4 py-2.5">
        <PermissionList permissions={shown} icon={Minus} tone="neutral" />
      </div>
    </AccessSection>
  );
}
