import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { backdropClass } from '../../components/backdrop.ts';
import type { RequestSheetProps } from '../../components/request-sheet.ts';
import { RequestForm } from './request-form.tsx';
import { SentRequest } from './sent-request.tsx';

/** Opens over a denied page: requests access, and shows the status of the request. */
export default function RequestSheet({ content, open, onClose, onChange }: RequestSheetProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup className="fixed inset-y-0 right-0 z-20 flex w-[min(28rem,100vw)] flex-col overflow-y-auto border-l border-line bg-paper shadow-float transition-transform duration-180 data-ending-style:translate-x-full data-starting-style:translate-x-full">
          <header className="sticky top-0 z-1 flex min-h-14 items-center justify-between gap-2 border-b border-line bg-paper pr-2 pl-4 sm:pl-6">
            <Dialog.Title className="text-md font-semibold">
              {t(content.kind === 'new' ? 'access.request.title' : 'access.request.sentTitle')}
            </Dialog.Title>
            <Dialog.Close
              aria-label={t('access.request.close')}
              className="inline-flex size-10 items-center pointer-coarse:size-11 justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden="true" className="size-5" />
            </Dialog.Close>
          </header>
          <div className="flex-1 px-4 py-5 sm:px-6">
            {content.kind === 'new' ? (
              <RequestForm {...content} onSent={(id) => onChange({ kind: 'sent', id })} onCancel={onClose} />
            ) : (
              <SentRequest id={content.id} onAskAgain={onChange} />
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
