import { useRouteContext } from '@tanstack/react-router';
import { useLayoutEffect, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat } from '../ui/format-time.ts';
import { useActiveOrganization, useOrganizations } from './organizations.ts';
import { usePrinting } from '../ui/use-printing.ts';
import { nameOf } from '../shared/person.tsx';

/** In print only. Each sheet also has the page's title and its own number. */
export default function PrintLine(): ReactNode {
  const { t, i18n } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const active = useActiveOrganization();
  const organizations = useOrganizations({ enabled: active !== null });
  const at = usePrinting();
  usePageMargins(at !== null);
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
        person: nameOf(person),
        at: time.format(at),
      })}
    </p>
  );
}

/** Uses a constructed style sheet, because the Content Security Policy forbids inline ones. */
function usePageMargins(isPrinting: boolean): void {
  useLayoutEffect(() => {
    if (!isPrinting) return undefined;
    const sheet = new CSSStyleSheet();
    const box = 'font: 8pt Pretendard, sans-serif; color: #555;';
    sheet.replaceSync(`@page {
      margin: 12mm;
      @top-left { content: ${JSON.stringify(document.title.replaceAll(/\s+/g, ' '))}; ${box} }
      @bottom-right { content: counter(page) " / " counter(pages); ${box} }
    }`);
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }, [isPrinting]);
}
