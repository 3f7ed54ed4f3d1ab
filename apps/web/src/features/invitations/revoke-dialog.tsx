import { useRef, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import ConfirmDialog from '../../ui/confirm-dialog.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import type { Invitation } from './invitation-parts.tsx';

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
  const isRevoked = useRef(false);
  const revoke = trpc.invitations.revoke.useMutation({
    onSuccess: () => {
      isRevoked.current = true;
    },
    onError: (error) =>
      notifyFailure(t('invitations.failed.revoke'), error, { INVITATION_CLOSED: t('invitations.closed') }),
    async onSettled() {
      onClose();
      await utils.invitations.invalidate();
    },
  });
  return (
    <ConfirmDialog
      open={open}
      labels={{
        title: t('invitations.revoking.title', { email: invitation.invitee }),
        why: t('invitations.revoking.what'),
        confirm: t('invitations.revoking.submit'),
        cancel: t('invitations.revoking.keep'),
      }}
      isDisabled={revoke.isPending}
      onClose={onClose}
      onConfirm={() => revoke.mutate({ id: invitation.id })}
      // The row and its button leave the list of pending invitations.
      returnFocusTo={() =>
        isRevoked.current ? document.querySelector<HTMLElement>('#main') : returnFocusTo.current
      }
    />
  );
}
