import type { Outputs } from '../../api/trpc.ts';
import { CircleCheck, Clock, Hourglass, Ban, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';

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
