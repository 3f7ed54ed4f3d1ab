import { Ellipsis } from 'lucide-react';
import { useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup, preload, useLazyPopup } from '../../ui/lazy.tsx';

export interface OpenMenu {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly container: RefObject<HTMLElement | null>;
}

/** The button of a menu whose code is loaded when first opened. */
export function MoreActions(props: {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly load: () => Promise<unknown>;
  readonly children: (menu: OpenMenu) => ReactNode;
}): ReactNode {
  const { button, load, children } = props;
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { mounted, open, setOpen } = useLazyPopup();
  return (
    <div ref={place}>
      <Button
        ref={button}
        icon={Ellipsis}
        aria-label={t('reports.more')}
        title={t('reports.more')}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={() => preload(load)}
        onFocus={() => preload(load)}
        onClick={() => setOpen(true)}
        className="w-9 px-0! pointer-coarse:w-11"
      />
      {mounted && (
        <LazyPopup open={open} onClose={() => setOpen(false)}>
          {children({ open, onOpenChange: setOpen, container: place })}
        </LazyPopup>
      )}
    </div>
  );
}
