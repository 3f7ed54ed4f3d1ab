import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { SharedResource } from '../policy.ts';
import { buttonClass } from './button.tsx';

/** Links from a page that cannot be shown to its list. */
export function BackLink({ to = 'reports' }: { readonly to?: SharedResource }): ReactNode {
  const { t } = useTranslation();
  return (
    <Link to={`/${to}`} className={buttonClass('secondary')}>
      {t(`back.${to}`)}
    </Link>
  );
}
