import { useState, type ComponentProps, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { FeatureMessages } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { LoadFailure } from '../../ui/lazy.tsx';
import { useTheme } from '../../layout/theme.ts';
import { StandaloneHeader } from '../../shared/standalone-page.tsx';
import { isMissingCode } from '../../new-version.ts';
import darkEnglish from './requests-dark-en.webp';
import darkKorean from './requests-dark-ko.webp';
import lightEnglish from './requests-light-en.webp';
import lightKorean from './requests-light-ko.webp';

const darkMedia = { system: '(prefers-color-scheme: dark)', light: 'not all', dark: 'all' };

const pictures = {
  en: { light: lightEnglish, dark: darkEnglish },
  ko: { light: lightKorean, dark: darkKorean },
};

export function LandingPage(props: {
  /** Redirects to Logto. @throws when Logto cannot be reached or its client cannot be loaded. */
  readonly signIn: (options: { readonly register: boolean; readonly returnPath: string }) => Promise<void>;
  /** Called when a sign-in is imminent (hover, focus): preloads the dependencies of `signIn`. */
  readonly prepare?: () => void;
}): ReactNode {
  const { signIn, prepare } = props;
  const { t, i18n } = useTranslation();
  const [state, setState] = useState<'idle' | 'leaving' | 'unreachable' | 'not-loaded'>('idle');
  const theme = useTheme();
  const picture = pictures[i18n.language];
  const button = (register: boolean): ComponentProps<typeof Button> => ({
    className: 'h-10 px-5',
    disabled: state === 'leaving',
    'aria-busy': state === 'leaving',
    onPointerEnter: prepare,
    onTouchStart: prepare,
    onFocus: prepare,
    onClick() {
      setState('leaving');
      // Not to a page that was opened before, perhaps by another user.
      signIn({ register, returnPath: '/' }).catch((error: unknown) =>
        setState(isMissingCode(error) ? 'not-loaded' : 'unreachable'),
      );
    },
  });
  return (
    <div className="mx-auto flex min-h-dvh max-w-[1320px] flex-col px-4 md:px-8">
      <StandaloneHeader />
      <main className="grid flex-1 items-center gap-x-16 gap-y-12 py-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] xl:gap-x-20">
        <div>
          <h1 className="max-w-md text-[clamp(1.75rem,1.2rem+2vw,2.5rem)] leading-[1.15] font-semibold tracking-tight">
            {t('landing.title')}
          </h1>
          <p className="mt-6 max-w-md text-md text-muted">{t('landing.lead')}</p>
          <p className="mt-2 max-w-md text-md text-muted">{t('landing.detail')}</p>
          <div className="mt-8 flex flex-wrap gap-3">
            <Button variant="primary" {...button(false)}>
              {t('landing.signIn')}
            </Button>
            <Button {...button(true)}>{t('landing.signUp')}</Button>
          </div>
          <p role="alert" className="mt-4 min-h-6 text-denied">
            {state === 'unreachable' && t('error.signInUnreachable')}
          </p>
          {state === 'not-loaded' && <LoadFailure onClose={() => setState('idle')} />}
        </div>
        <picture>
          <source media={darkMedia[theme]} srcSet={picture.dark} />
          <img
            src={picture.light}
            alt={t('landing.picture')}
            width={1280}
            height={800}
            className="h-auto w-full rounded-card border border-line shadow-float"
          />
        </picture>
      </main>
    </div>
  );
}

export const landingMessages: FeatureMessages = {
  key: 'landing',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
