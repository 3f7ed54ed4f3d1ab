import type { ReactNode } from 'react';
import { switchLanguage } from '../i18n/i18n.ts';
import { languageNames } from '../i18n/language.ts';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Button } from '../ui/button.tsx';

/** The logo. `public/favicon.svg` has the same path. */
export function Logo({ size = 20 }: { readonly size?: number }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2.25"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0 text-brass-ink"
    >
      <path
        transform="rotate(-45 12 12)"
        d="M21.5 16 V12 H17.25 V15 V12 H10.75 A4.25 4.25 0 1 1 2.25 12 A4.25 4.25 0 1 1 10.75 12"
      />
    </svg>
  );
}

/** A page that waits for an external system: the animated logo and a text. */
export function Waiting({ text }: { readonly text: string }): ReactNode {
  return (
    <div
      aria-live="polite"
      className="flex animate-[appear_200ms_200ms_both] flex-col items-center gap-4 p-8 text-muted"
    >
      <span className="animate-[breathe_1.6s_ease-in-out_infinite]">
        <Logo size={32} />
      </span>
      <h1>{text}</h1>
    </div>
  );
}

/** The header of a page outside the layout: the brand, and a button for the other language. */
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
