import { Menu } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { PopupMenu } from '../../ui/popup-menu.tsx';
import { menuItem } from '../../ui/popup-style.ts';
import type { ExportFormat } from './export-menu.tsx';

export default function ExportFormats(props: {
  readonly formats: readonly ExportFormat[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onChoose: (format: ExportFormat) => void;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly container: RefObject<HTMLElement | null>;
}): ReactNode {
  const { formats, open, onOpenChange, onChoose, anchor, container } = props;
  const { t } = useTranslation();
  return (
    <PopupMenu
      label={t('exporting.open')}
      open={open}
      onOpenChange={onOpenChange}
      anchor={anchor}
      align="start"
      container={container}
      width="w-48"
    >
      {formats.map((format) => (
        <Menu.Item key={format} className={menuItem} onClick={() => onChoose(format)}>
          {t(`exporting.${format}`)}
        </Menu.Item>
      ))}
    </PopupMenu>
  );
}
