import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Sidebar } from './sidebar.tsx';
import { focusMain } from '../ui/focus-main.ts';
import { backdropClass } from '../ui/popup-style.ts';

export default function Drawer(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { open, onClose, returnFocusTo } = props;
  const { t } = useTranslation();
  const isDismissed = useRef(false);
  const focusAfter = (): HTMLElement | null | false => {
    const next = isDismissed.current && returnFocusTo.current;
    isDismissed.current = false;
    if (next === false) queueMicrotask(focusMain);
    return next;
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        isDismissed.current = true;
        onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          finalFocus={focusAfter}
          aria-label={t('layout.navigation')}
          className="fixed inset-y-0 left-0 z-20 w-[min(280px,85vw)] border-r border-line bg-paper shadow-float transition-transform duration-180 data-ending-style:-translate-x-full data-starting-style:-translate-x-full"
        >
          <Sidebar />
          <Dialog.Close
            aria-label={t('layout.closeMenu')}
            className="absolute top-2 right-2 inline-flex size-10 items-center pointer-coarse:size-11 justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden="true" className="size-5" />
          </Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
