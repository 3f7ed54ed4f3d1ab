import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { PopupMenu } from '../../ui/popup-menu.tsx';
import { menuItem } from '../../ui/popup-style.ts';

export type ExportFormat = 'csv' | 'xlsx' | 'jsonl' | 'json';

export default function ExportFormats(props: {
  readonly formats: readonly ExportFormat[];
  readonly menu: MenuProps;
  readonly onChoose: (format: ExportFormat) => void;
}): ReactNode {
  const { formats, menu, onChoose } = props;
  const { t } = useTranslation();
  return (
    <PopupMenu {...menu} label={t('exporting.open')} align="start" width="w-48">
      {formats.map((format) => (
        <Menu.Item key={format} className={menuItem} onClick={() => onChoose(format)}>
          {t(`exporting.${format}`)}
        </Menu.Item>
      ))}
    </PopupMenu>
  );
}
