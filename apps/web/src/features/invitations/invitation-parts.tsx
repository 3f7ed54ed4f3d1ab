import { Ban, Check, CircleCheck, Clock, Copy, Hourglass, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { notify } from '../../ui/notice.tsx';

export type Invitation = Outputs['invitations']['list']['items'][number];
export type ReceivedInvitation = Outputs['invitations']['received'];
/** The options of the form, if invitations are possible. */
export type InviteOptions = Extract<Outputs['invitations']['options'], { readonly availability: 'ready' }>;
export type InviteOutcome = Outputs['invitations']['create'][number];

const appearances: Readonly<
  Record<Invitation['status'], { readonly icon: LucideIcon; readonly ink: string }>
> = {
  pending: { icon: Hourglass, ink: 'text-info' },
  accepted: { icon: CircleCheck, ink: 'text-allowed' },
  expired: { icon: Clock, ink: 'text-muted' },
  revoked: { icon: Ban, ink: 'text-muted' },
};

export function InvitationStatus({ status }: Pick<Invitation, 'status'>): ReactNode {
  const { t } = useTranslation();
  const { icon: Icon, ink } = appearances[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`invitations.status.${status}`)}
    </span>
  );
}

/** The roles of an invitation. A Logto role without a mapping is shown by its name in Logto. */
export function InvitedRoles({ roles }: Pick<Invitation, 'roles'>): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-sm text-muted">{t('invitations.member')}</span>;
  return roles.map(({ id, name, role }) => <RoleBadge key={id} role={role ?? name} />);
}

/**
 * Copies the invitation link. If the server does not know the console's URL, builds the link from that of this page.
 */
export function CopyLink({
  invitation: { id, invitee, link },
}: {
  readonly invitation: Pick<Invitation, 'id' | 'invitee' | 'link'>;
}): ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const address = link ?? `${location.origin}/invitations/${id}/accept`;
  const Icon = copied ? Check : Copy;
  return (
    <Button
      variant="quiet"
      onClick={() => {
        navigator.clipboard.writeText(address).then(
          () => setCopied(true),
          // Without clipboard access, shows the URL so that the user can select it.
          () => notify({ tone: 'failed', text: address }),
        );
      }}
      icon={Icon}
    >
      {/* Overlapping labels, so that the button keeps its size. */}
      <span className="grid">
        <span className={`col-start-1 row-start-1 ${copied ? 'invisible' : ''}`}>
          {t('invitations.copyLink')}
        </span>
        <output className={`col-start-1 row-start-1 ${copied ? '' : 'invisible'}`}>
          {copied && t('copy.copied')}
        </output>
      </span>{' '}
      <span className="sr-only">{t('invitations.link', { email: invitee })}</span>
    </Button>
  );
}
