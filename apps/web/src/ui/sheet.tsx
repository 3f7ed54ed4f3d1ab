import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { NoticeBar } from './notice.tsx';
import { backdropClass } from './popup-style.ts';

/** A group of radio buttons is focused at the chosen one. */
const firstField =
  ':is(input:not([type="radio"]), :checked, textarea, select, [role="combobox"]):not(:disabled, option)';

/** The focus starts at the first field, or at the title if there is none yet or it would open a touch keyboard. */
export function Sheet(props: {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly onClosed?: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { open, title, onClose, onClosed, children } = props;
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(next) => !next && onClosed?.()}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          initialFocus={(openedBy) =>
            (openedBy === 'touch' ? null : body.current?.querySelector<HTMLElement>(firstField)) ??
            heading.current
          }
          className="fixed inset-y-0 right-0 z-20 flex w-[min(28rem,100vw)] scroll-pt-16 flex-col overflow-y-auto border-l border-line bg-paper shadow-float transition-transform duration-180 data-ending-style:translate-x-full data-starting-style:translate-x-full"
        >
          <header className="sticky top-0 z-1 flex min-h-14 items-center justify-between gap-2 border-b border-line bg-paper pr-2 pl-4 sm:pl-6">
            <Dialog.Title ref={heading} tabIndex={-1} className="text-md font-semibold">
              {title}
            </Dialog.Title>
            <Dialog.Close
              aria-label={t('close')}
              className="inline-flex size-10 items-center pointer-coarse:size-11 justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden="true" className="size-5" />
            </Dialog.Close>
          </header>
          <div ref={body} className="flex-1 px-4 py-5 sm:px-6">
            {children}
          </div>
          <NoticeBar />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
