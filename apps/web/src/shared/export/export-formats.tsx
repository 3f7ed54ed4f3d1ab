import { Menu } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { menuItem, menuPopup } from '../../ui/popup-style.ts';
import type { ExportFormat } from './export-menu.tsx';

/** The menu of file formats. Loaded when first opened, hence the default export. */
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
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal container={container}>
        <Menu.Positioner
          anchor={anchor}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-20 outline-none"
        >
          <Menu.Popup finalFocus={anchor} className={`w-48 ${menuPopup}`}>
            {formats.map((format) => (
              <Menu.Item key={format} className={menuItem} onClick={() => onChoose(format)}>
                {t(`exporting.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
