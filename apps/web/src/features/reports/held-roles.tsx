import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';

/** A user's roles in a report. */
export function HeldRoles({ roles }: { readonly roles: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-muted">{t('report.page.noRoles')}</span>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {roles.map((held) => (
        <li key={held}>
          <RoleBadge role={held} />
        </li>
      ))}
    </ul>
  );
}
