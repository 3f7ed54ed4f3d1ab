import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { i18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import type { ReactNode } from 'react';
import type { Api } from './api/api.ts';
import { trpc } from './api/trpc.ts';
import type { createAppRouter } from './router.ts';

export interface AppDeps {
  readonly api: Api;
  readonly router: ReturnType<typeof createAppRouter>;
  readonly i18n: i18n;
}

export function App({ api, router, i18n }: AppDeps): ReactNode {
  return (
    <I18nextProvider i18n={i18n}>
      <trpc.Provider client={api.client} queryClient={api.queryClient}>
        <QueryClientProvider client={api.queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </trpc.Provider>
    </I18nextProvider>
  );
}
