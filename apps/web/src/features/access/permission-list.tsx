import type { AppPermission } from '@latchkey/policy';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Permissions in words, each with its code at the end of the row. */
export function PermissionList(props: {
  readonly permissions: readonly AppPermission[];
  readonly icon: LucideIcon;
  /** The colour of the icons. The heading above says the same in words. */
  readonly tone: 'allowed' | 'neutral';
}): ReactNode {
  const { permissions, icon: Icon, tone } = props;
  const { t } = useTranslation();
  return (
    <ul>
      {permissions.map((permission) => (
        <li key={permission} className="flex items-center gap-2 md:py-0.5">
          <Icon
            aria-hidden="true"
            className={`size-4 shrink-0 ${tone === 'allowed' ? 'text-allowed' : 'text-muted'}`}
          />
          <span className="min-w-0 flex-1">{t(`permission.${permission}`)}</span>
          <code className="shrink-0 font-mono text-xs text-muted">{permission}</code>
        </li>
      ))}
    </ul>
  );
}
