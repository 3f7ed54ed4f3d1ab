import type { AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** The localized name of a permission, and its key. */
export function PermissionName({ permission }: { readonly permission: AppPermission }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="font-medium">{t(`permission.${permission}`)}</span>
      <code className="font-mono text-xs text-muted">{permission}</code>
    </span>
  );
}
