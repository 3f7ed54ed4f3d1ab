import type { ReactNode } from 'react';
import { switchLanguage } from '../i18n/i18n.ts';
import { languageNames } from '../i18n/language.ts';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from '../ui/button.tsx';
import { Logo } from './logo.tsx';

export function StandaloneHeader(): ReactNode {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'ko' ? 'en' : 'ko';
  return (
    <header className="flex h-16 items-center justify-between">
      <span className="flex items-center gap-2 text-md font-medium">
        <Logo size={24} />
        {t('brand')}
      </span>
      <Button variant="quiet" lang={other} onClick={() => void switchLanguage(i18n, other)}>
        {languageNames[other]}
      </Button>
    </header>
  );
}

export function StandalonePage({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1320px] flex-col px-4 md:px-8">
      <StandaloneHeader />
      <main className="flex flex-1 items-center justify-center pb-16">{children}</main>
    </div>
  );
}
