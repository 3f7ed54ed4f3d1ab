import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createApi } from './api/api.ts';
import { App } from './app.tsx';
import { createAuth } from './auth/auth.ts';
import { loadConfig } from './config.ts';
import { createI18n } from './i18n/i18n.ts';
import { ErrorState } from './components/error-state.tsx';
import { createAppRouter } from './router.ts';
import './styles.css';

const element = document.querySelector('#root');
if (element === null) throw new TypeError('index.html has no #root.');
const root = createRoot(element);

async function start(): Promise<void> {
  const configured = loadConfig();
  configured.catch(() => {}); // Handled below: the messages are loaded first, to be able to show an error.
  const i18n = await createI18n();
  try {
    const auth = createAuth(await configured);
    const api = createApi(auth);
    const router = createAppRouter({ auth, api, i18n });
    root.render(
      <StrictMode>
        <App auth={auth} api={api} router={router} i18n={i18n} />
      </StrictMode>,
    );
  } catch {
    root.render(
      <I18nextProvider i18n={i18n}>
        <main className="flex min-h-dvh items-center justify-center">
          <ErrorState
            title={i18n.t('error.start')}
            why={i18n.t('error.whyPlain')}
            onRetry={() => location.reload()}
          />
        </main>
      </I18nextProvider>,
    );
  }
}

// The back button may restore this page from the back/forward cache as it was: waiting for a sign-in, or of a person who has
// signed out since.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

await start();
