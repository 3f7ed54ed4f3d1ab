import { StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { I18nProvider } from './i18n/use-translation.tsx';
import type { Auth } from './auth/auth.ts';
import { LandingPage, landingMessages } from './features/landing/landing-page.tsx';
import { addMessages, createI18n } from './i18n/i18n.ts';
import { preferredLanguage } from './i18n/language.ts';

/**
 * Renders the landing page in a browser without a session: without the router, the server's procedures and Logto's
 * client, which are most of the console's code. Both buttons redirect to Logto, which returns to the console.
 */
export async function showLanding(root: Root): Promise<void> {
  const language = preferredLanguage();
  const [i18n] = await Promise.all([createI18n(language), landingMessages[language]()]);
  await addMessages(i18n, landingMessages);
  root.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <LandingPage
          prepare={() => void loadAuth().catch(() => {})}
          signIn={async (options) => (await loadAuth()).signIn(options)}
        />
      </I18nProvider>
    </StrictMode>,
  );
}

const loadAuth = async (): Promise<Auth> => (await import('./auth/auth.ts')).loadAuth();
