import type { ReactNode } from 'react';
import type { AppPermission } from '@latchkey/policy';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';

export function PermissionList(props: {
  readonly permissions: readonly AppPermission[];
  readonly icon: LucideIcon;
  /** The color of the icons. It only repeats what the heading says. */
  readonly tone: 'allowed' | 'neutral';
  readonly most?: number;
}): ReactNode {
  const { permissions, icon: Icon, tone, most = permissions.length } = props;
  const { t } = useTranslation();
  const more = permissions.slice(most);
  if (more.length > 1) {
    const appearance = { icon: Icon, tone };
    return (
      <>
        <PermissionList permissions={permissions.slice(0, most)} {...appearance} />
        <details>
          <summary className={`${textAction} text-muted`}>
            {t('requestAccess.more', { count: more.length })}
          </summary>
          <PermissionList permissions={more} {...appearance} />
        </details>
      </>
    );
  }
  return (
    <ul>
      {permissions.map((permission) => (
        <li key={permission} className="flex items-center gap-2 md:py-0.5">
          <Icon
            aria-hidden="true"
            className={`size-4 shrink-0 ${tone === 'allowed' ? 'text-allowed' : 'text-muted'}`}
          />
          <span className="min-w-0 flex-1">{t(`permission.${permission}`)}</span>
        </li>
      ))}
    </ul>
  );
}
