import type { AppPermission } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** In words, with the code that a developer knows it by. */
export function PermissionName({ permission }: { readonly permission: AppPermission }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      <span className="font-medium">{t(`permission.${permission}`)}</span>
      <code className="font-mono text-xs text-muted">{permission}</code>
    </span>
  );
}
