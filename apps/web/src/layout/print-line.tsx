import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat } from '../ui/format-time.ts';
import { useActiveOrganization, useOrganizations } from './organizations.ts';
import { usePrinting } from '../ui/use-printing.ts';

/**
 * In print only: the organization, the user who printed the page, and the time. Lazily loaded, hence the default
 * export.
 */
export default function PrintLine(): ReactNode {
  const { t, i18n } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const active = useActiveOrganization();
  const organizations = useOrganizations({ enabled: active !== null });
  const at = usePrinting();
  if (at === null) return null;
  const organization =
    active === null
      ? t('layout.defaultOrganization')
      : (organizations.data?.find(({ id }) => id === active)?.name ?? active);
  const time = dateFormat(i18n.language, { dateStyle: 'long', timeStyle: 'short' });
  return (
    <p className="mb-4 border-b border-line pb-2 text-sm text-muted">
      {t('exporting.printed', {
        brand: t('brand'),
        organization,
        person: person.name ?? person.email ?? person.key,
        at: time.format(at),
      })}
    </p>
  );
}
