import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode, RefObject } from 'react';
import { backdropClass } from './backdrop.ts';
import { Button, buttonClass } from './button.tsx';

/** Asks before something that cannot be undone. Loaded when first opened, hence the default export. */
export default function ConfirmDialog(props: {
  readonly open: boolean;
  readonly words: {
    readonly title: string;
    readonly why: string;
    readonly confirm: string;
    readonly cancel: string;
  };
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { open, words, onClose, onConfirm, returnFocusTo } = props;
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          finalFocus={returnFocusTo}
          className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float"
        >
          <AlertDialog.Title className="text-lg font-semibold">{words.title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">{words.why}</AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass('quiet')}>{words.cancel}</AlertDialog.Close>
            <Button variant="danger" onClick={onConfirm}>
              {words.confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
