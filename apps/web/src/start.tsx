import { StrictMode, type ReactNode } from 'react';
import type { Root } from 'react-dom/client';
import { I18nProvider } from './i18n/use-translation.tsx';
import { createApi, type Api } from './api/api.ts';
import { retryInterval } from './api/query-client.ts';
import { createAuth } from './auth/auth.ts';
import { ErrorState } from './ui/state-panel.tsx';
import { loadConfig } from './auth/config.ts';
import { createI18n, type I18n } from './i18n/i18n.ts';
import { createAppRouter } from './router.ts';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { trpc } from './api/trpc.ts';

/** Starts the console once the server has returned its settings; until then, shows a waiting message. */
export async function start(root: Root): Promise<void> {
  let configured = loadConfig();
  configured.catch(() => {}); // Handled below: the messages are loaded first, to be able to show an error.
  const i18n = await createI18n();
  for (;;) {
    try {
      const auth = createAuth(await configured); // oxlint-disable-line no-await-in-loop -- one attempt after the other
      const api = createApi(auth);
      const router = createAppRouter({ auth, api, i18n });
      root.render(
        <StrictMode>
          <App api={api} router={router} i18n={i18n} />
        </StrictMode>,
      );
      return;
    } catch {
      root.render(
        <I18nProvider i18n={i18n}>
          <main className="flex min-h-dvh items-center justify-center">
            <ErrorState
              title={i18n.t('error.start')}
              why={i18n.t('error.unreachable')}
              onRetry={() => location.reload()}
            />
          </main>
        </I18nProvider>,
      );
    }
    // oxlint-disable-next-line no-await-in-loop -- the pause between two attempts
    await new Promise((resolve) => setTimeout(resolve, retryInterval));
    configured = loadConfig();
  }
}

export interface AppDeps {
  readonly api: Api;
  readonly router: ReturnType<typeof createAppRouter>;
  readonly i18n: I18n;
}

export function App({ api, router, i18n }: AppDeps): ReactNode {
  return (
    <I18nProvider i18n={i18n}>
      <trpc.Provider client={api.client} queryClient={api.queryClient}>
        <QueryClientProvider client={api.queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </trpc.Provider>
    </I18nProvider>
  );
}
