import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat } from '../components/date-format.ts';
import { useActiveOrganization } from './use-active-organization.ts';
import { useOrganizations } from './use-organizations.ts';
import { usePrinting } from '../components/use-printing.ts';

/** On paper only: of which organization the page is, who printed it and when. Loaded after the page, hence the default export. */
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
