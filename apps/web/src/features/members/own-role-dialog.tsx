import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { backdropClass } from '../../components/backdrop.ts';
import { Button, buttonClass } from '../../components/button.tsx';

/** Asked before people take away what lets them give it back. */
export function OwnRoleDialog(props: {
  /** How many permissions they lose; `null` while nothing is asked. */
  readonly loses: number | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly returnFocusTo: HTMLElement;
}): ReactNode {
  const { loses, onClose, onConfirm, returnFocusTo } = props;
  const { t } = useTranslation();
  return (
    <AlertDialog.Root open={loses !== null} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          finalFocus={{ current: returnFocusTo }}
          className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float"
        >
          <AlertDialog.Title className="text-lg font-semibold">{t('members.self.title')}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">
            {t('members.self.why', { count: loses ?? 0 })}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass('quiet')}>{t('members.self.cancel')}</AlertDialog.Close>
            <Button variant="danger" onClick={onConfirm}>
              {t('members.self.confirm')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
