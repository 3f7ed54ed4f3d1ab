import { Pencil, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Rename } from '../../shared/title-form.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { ActionsMenu, MenuAction } from './actions-menu.tsx';

export default function CollectionMenu(
  props: MenuProps & {
    readonly canRename: boolean;
    readonly rename: Rename;
    readonly onRemove: () => void;
  },
): ReactNode {
  const { canRename, rename, onRemove, ...menu } = props;
  const { t } = useTranslation();
  return (
    <ActionsMenu {...menu}>
      {canRename && !rename.isOpen && (
        <MenuAction icon={Pencil} label={t('reports.rename.open')} onClick={rename.toggle} />
      )}
      <MenuAction
        icon={Trash2}
        label={t('collections.remove.button')}
        onClick={onRemove}
        className="text-denied"
      />
    </ActionsMenu>
  );
}
