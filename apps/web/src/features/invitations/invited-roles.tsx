import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import type { Invitation } from './invitation-types.ts';

/** The roles of an invitation: the mapped role, or Logto's name of one without a mapping. */
export function InvitedRoles({ roles }: Pick<Invitation, 'roles'>): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-sm text-muted">{t('invitations.member')}</span>;
  return roles.map(({ id, name, role }) => <RoleBadge key={id} role={role ?? name} />);
}
