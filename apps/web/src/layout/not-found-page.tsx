import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Logo } from '../components/logo.tsx';
import { NotFound } from '../components/not-found.tsx';

/** For an unknown URL. Outside the layout, which is for signed-in users only. */
export function NotFoundPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-dvh flex-col px-4 md:px-8">
      <header className="flex h-16 items-center gap-2 text-md font-medium">
        <Logo size={24} />
        {t('brand')}
      </header>
      <main className="flex flex-1 items-center justify-center pb-16">
        <NotFound />
      </main>
    </div>
  );
}
