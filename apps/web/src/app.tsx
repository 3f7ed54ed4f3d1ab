import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { I18n } from './i18n/i18n.ts';
import { I18nProvider } from './i18n/use-translation.tsx';
import type { ReactNode } from 'react';
import type { Api } from './api/api.ts';
import { trpc } from './api/trpc.ts';
import type { createAppRouter } from './router.ts';

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
