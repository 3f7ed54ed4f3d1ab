import type { AppRole, AppPermission } from '@latchkey/policy';
import { Eye, PencilLine, ShieldCheck, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isRole, isReportRole } from '../policy.ts';
import type { Translate } from '../i18n/translate.ts';

const icons: Readonly<Record<AppRole, LucideIcon>> = { viewer: Eye, editor: PencilLine, admin: ShieldCheck };

/** A role that is not in this console's policy, such as one created in Permit.io, is shown by its key. */
export function RoleBadge(props: { readonly role: string; readonly children?: ReactNode }): ReactNode {
  const { role, children } = props;
  const { t } = useTranslation();
  const frame =
    'inline-flex h-6 items-center gap-1.5 rounded-full border border-line bg-surface px-2 text-xs font-medium whitespace-nowrap print:h-auto print:border-0 print:px-0';
  if (!isRole(role)) {
    return (
      <span className={frame}>
        <code className="font-mono font-normal">{role}</code>
        {children}
      </span>
    );
  }
  const Icon = icons[role];
  return (
    <span className={frame}>
      <Icon aria-hidden="true" className="size-3.5 text-muted" />
      {t(`role.${role}`)}
      {children}
    </span>
  );
}

export function roleName(role: string, on: 'organization' | 'instance', t: Translate): string {
  if (on === 'organization') return isRole(role) ? t(`role.${role}`) : role;
  return isReportRole(role) ? t(`reportRole.${role}`) : role;
}

/** The localized name of a permission, and its key: for the pages about the policy. Other pages show only the name. */
export function PermissionName({ permission }: { readonly permission: AppPermission }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="font-medium">{t(`permission.${permission}`)}</span>
      <code className="font-mono text-xs text-muted">{permission}</code>
    </span>
  );
}
