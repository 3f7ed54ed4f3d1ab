import { Menu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { PopupMenu } from '../../ui/popup-menu.tsx';
import { menuItem } from '../../ui/popup-style.ts';

const reason = 'actions-menu-reason';

/** The menu of `MoreActions`. In a view as another user, it says why its actions are disabled. */
export function ActionsMenu(props: MenuProps & { readonly children: ReactNode }): ReactNode {
  const { children, ...menu } = props;
  const { t } = useTranslation();
  return (
    <PopupMenu label={t('reports.more')} align="start" width="w-64" {...menu}>
      {isViewing() && (
        <p id={reason} className="px-2.5 pt-1.5 pb-1 text-sm text-muted">
          {t('error.code.VIEW_AS_READ_ONLY')}
        </p>
      )}
      {children}
    </PopupMenu>
  );
}

export function MenuAction(props: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly isPending?: boolean;
  readonly onClick: () => void;
  readonly className?: string;
}): ReactNode {
  const { icon: Icon, label, isPending = false, onClick, className = '' } = props;
  return (
    <Menu.Item
      disabled={isPending || isViewing()}
      aria-describedby={isViewing() ? reason : undefined}
      onClick={onClick}
      className={`${menuItem} data-disabled:opacity-60 ${className}`}
    >
      <Icon aria-hidden="true" className={`size-4 ${className === '' ? 'text-muted' : ''}`} />
      {label}
    </Menu.Item>
  );
}
