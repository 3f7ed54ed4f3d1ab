import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { FormEvent, ReactNode, RefObject } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { backdropClass } from './popup-style.ts';
import { Button, buttonClass, type ButtonVariant } from './button.tsx';

export default function ConfirmDialog(props: {
  readonly open: boolean;
  readonly labels: {
    readonly title: string;
    readonly why: string;
    readonly confirm: string;
    readonly cancel?: string;
  };
  readonly variant?: ButtonVariant;
  readonly children?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onClose: () => void;
  readonly onClosed?: () => void;
  readonly onConfirm: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null> | (() => HTMLElement | null);
}): ReactNode {
  const {
    open,
    labels,
    variant = 'danger',
    children,
    isDisabled = false,
    onClose,
    onClosed,
    onConfirm,
    returnFocusTo,
  } = props;
  const { t } = useTranslation();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // Not again during the closing animation.
    if (open && !isDisabled) onConfirm();
  };
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(next) => !next && onClosed?.()}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          finalFocus={returnFocusTo}
          className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          <AlertDialog.Title className="text-lg font-semibold wrap-anywhere">
            {labels.title}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">{labels.why}</AlertDialog.Description>
          <form onSubmit={submit}>
            {children}
            <div className="mt-6 flex flex-wrap justify-end gap-2">
              <AlertDialog.Close className={buttonClass('quiet')}>
                {labels.cancel ?? t('cancel')}
              </AlertDialog.Close>
              <Button type="submit" variant={variant} disabled={isDisabled}>
                {labels.confirm}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
