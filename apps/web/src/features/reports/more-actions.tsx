import { Ellipsis } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { useMenu, type MenuProps } from '../../ui/menu-button.ts';

/** The button of a menu whose code is loaded when first opened. */
export function MoreActions(props: {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly load: () => Promise<unknown>;
  readonly children: (menu: MenuProps) => ReactNode;
}): ReactNode {
  const { button: opener, load, children } = props;
  const { t } = useTranslation();
  const { button, menu, container } = useMenu(load);
  return (
    <div ref={container}>
      <Button
        ref={opener}
        icon={Ellipsis}
        aria-label={t('reports.more')}
        title={t('reports.more')}
        {...button}
        className="w-9 px-0! pointer-coarse:w-11"
      />
      <LazyPopup popup={menu}>{children}</LazyPopup>
    </div>
  );
}
