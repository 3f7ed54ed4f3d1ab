import { lazy, useRef, type ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { LazyPopup, useLazyPopup } from '../../ui/lazy.tsx';
import { notify } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import {
  CopyLink,
  InvitationStatus,
  InvitedRoles,
  type Invitation,
  type InviteOptions,
} from './invitation-parts.tsx';

const RevokeDialog = lazy(() => import('./revoke-dialog.tsx'));

export function InvitationRow(props: {
  readonly invitation: Invitation;
  readonly options: InviteOptions;
  /** Only needed in an unfiltered list, where the statuses differ. */
  readonly showStatus: boolean;
}): ReactNode {
  const { invitation, options, showStatus } = props;
  const { invitee, status, roles, invitedBy, acceptedBy, createdAt, expiresAt, closedAt } = invitation;
  const { t } = useTranslation();
  return (
    <li
      aria-label={invitee}
      className="flex flex-col gap-2 px-4 py-3 md:flex-row md:items-center md:justify-between md:gap-6"
    >
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium wrap-anywhere">{invitee}</span>
          <InvitedRoles roles={roles} />
          {showStatus && <InvitationStatus status={status} />}
        </div>
        <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-muted">
          <span>
            {invitedBy?.name == null
              ? t('invitations.invited')
              : t('invitations.invitedBy', { name: invitedBy.name })}{' '}
            <RelativeTime at={createdAt} />
          </span>
          {status === 'pending' && (
            <span>
              {t('invitations.ends')} <RelativeTime at={expiresAt} />
            </span>
          )}
          {closedAt !== null && (
            <span>
              {status === 'accepted' && acceptedBy?.name != null
                ? t('invitations.acceptedBy', { name: acceptedBy.name })
                : t(`invitations.status.${status}`)}{' '}
              <RelativeTime at={closedAt} />
            </span>
          )}
        </p>
      </div>
      {status === 'pending' && <PendingActions invitation={invitation} canSend={options.canSendMail} />}
      {(status === 'expired' || status === 'revoked') && <InviteAgain invitation={invitation} />}
    </li>
  );
}

type Mail = Outputs['invitations']['resend']['mail'];

function notifyMail(mail: Mail, email: string, t: Translate): void {
  notify(
    mail === 'sent'
      ? { tone: 'done', text: t('invitations.resent', { email }) }
      : { tone: 'failed', text: t(`invitations.mail.${mail}`) },
  );
}

const actions = '-ml-3.5 flex shrink-0 flex-wrap items-center gap-1 md:-mr-3.5 md:ml-0';

function PendingActions(props: { readonly invitation: Invitation; readonly canSend: boolean }): ReactNode {
  const { invitation, canSend } = props;
  const { id, invitee: email } = invitation;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const { popup, setOpen } = useLazyPopup();
  const revokeButton = useRef<HTMLButtonElement>(null);
  const resend = trpc.invitations.resend.useMutation({
    onSuccess: ({ mail }) => notifyMail(mail, email, t),
    onError: (error) =>
      notifyFailure(t('invitations.failed.resend'), error, {
        INVITATION_LIMIT: t('invitations.tooSoon'),
        INVITATION_CLOSED: t('invitations.closed'),
      }),
    onSettled: () => utils.invitations.invalidate(),
  });
  return (
    <div className={actions}>
      <CopyLink invitation={invitation} />
      {canSend && (
        <ChangeButton
          variant="quiet"
          aria-label={t('invitations.resendOf', { email })}
          disabled={resend.isPending}
          onClick={() => resend.mutate({ id })}
        >
          {t('invitations.resend')}
        </ChangeButton>
      )}
      <ChangeButton
        ref={revokeButton}
        variant="quiet"
        aria-label={t('invitations.revokeOf', { email })}
        onClick={() => setOpen(true)}
      >
        {t('invitations.revoke')}
      </ChangeButton>
      <LazyPopup popup={popup}>
        {(shown) => <RevokeDialog {...shown} invitation={invitation} returnFocusTo={revokeButton} />}
      </LazyPopup>
    </div>
  );
}

function InviteAgain({ invitation }: { readonly invitation: Invitation }): ReactNode {
  const { invitee: email, roles } = invitation;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const create = trpc.invitations.create.useMutation({
    onSuccess: ([outcome]) => {
      if (outcome?.outcome === 'refused')
        notify({ tone: 'failed', text: `${t(`invitations.refusal.${outcome.code}`)}.` });
      else if (outcome !== undefined) notifyMail(outcome.mail, email, t);
    },
    onError: (error) => notifyFailure(t('invitations.failed.create'), error),
    onSettled: () => utils.invitations.invalidate(),
  });
  return (
    <div className={actions}>
      <ChangeButton
        variant="quiet"
        aria-label={t('invitations.againOf', { email })}
        disabled={create.isPending}
        onClick={() => create.mutate({ emails: [email], roleId: roles[0]?.id ?? null })}
      >
        {t('invitations.again')}
      </ChangeButton>
    </div>
  );
}
