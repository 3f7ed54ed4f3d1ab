import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import type { Invitation } from './invitation-types.ts';

/** What the invited person will be: by the role here, or by its name in Logto where it adds nothing here. */
export function InvitedRoles({ roles }: Pick<Invitation, 'roles'>): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-sm text-muted">{t('invitations.member')}</span>;
  return roles.map(({ id, name, role }) => <RoleBadge key={id} role={role ?? name} />);
}
