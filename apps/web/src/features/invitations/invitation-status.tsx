import { CircleCheck, Clock, Hourglass, Ban, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Invitation } from './invitation-types.ts';

const looks: Readonly<Record<Invitation['status'], { readonly icon: LucideIcon; readonly ink: string }>> = {
  pending: { icon: Hourglass, ink: 'text-info' },
  accepted: { icon: CircleCheck, ink: 'text-allowed' },
  expired: { icon: Clock, ink: 'text-muted' },
  revoked: { icon: Ban, ink: 'text-muted' },
};

export function InvitationStatus({ status }: Pick<Invitation, 'status'>): ReactNode {
  const { t } = useTranslation();
  const { icon: Icon, ink } = looks[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`invitations.status.${status}`)}
    </span>
  );
}
