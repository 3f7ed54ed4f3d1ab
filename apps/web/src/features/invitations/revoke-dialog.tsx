import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { backdropClass } from '../../components/backdrop.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { useFailureNotice } from '../../components/failure-notice.ts';
import { notify } from '../../components/notice.ts';
import type { Invitation } from './invitation-types.ts';

/** Says whose invitation it is, before its link stops working. Loaded when first opened, hence the default export. */
export default function RevokeDialog(props: {
  readonly open: boolean;
  readonly invitation: Pick<Invitation, 'id' | 'invitee'>;
  readonly onClose: () => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { open, invitation, onClose, returnFocusTo } = props;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const revoke = trpc.invitations.revoke.useMutation({
    onError(error) {
      if (errorCodeOf(error) === 'INVITATION_CLOSED')
        notify({ tone: 'failed', text: t('invitations.closed') });
      else notifyFailure(t('invitations.failed.revoke'), error);
    },
    async onSettled() {
      onClose();
      await utils.invitations.invalidate();
    },
  });
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup
          finalFocus={returnFocusTo}
          className="fixed top-1/2 left-1/2 z-20 w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float transition-[opacity,scale] data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
        >
          <AlertDialog.Title className="text-lg font-semibold wrap-anywhere">
            {t('invitations.revoking.title', { email: invitation.invitee })}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-muted">
            {t('invitations.revoking.what')}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass('quiet')}>
              {t('invitations.revoking.keep')}
            </AlertDialog.Close>
            <Button
              variant="danger"
              disabled={revoke.isPending}
              onClick={() => revoke.mutate({ id: invitation.id })}
            >
              {t('invitations.revoking.submit')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
