import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { reasonMessages, sharingMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import type { AppPermission } from '@latchkey/policy';
import { isPermission } from '../../policy.ts';

const whyMessages: FeatureMessages = {
  key: 'why',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const why = createRoute({
  ...consolePageOptions,
  path: '/why',
  staticData: { page: { name: { en: 'Check access', ko: '권한 확인' } } },
  validateSearch: questionInUrl,
  loader: ({ context: { i18n } }) => addMessages(i18n, whyMessages, reasonMessages, sharingMessages),
  component: lazyRouteComponent(() => import('./why-page.tsx'), 'WhyPage'),
});

export const whyRoutes = [why] as const;

/** The search parameters of the page: the whole question, so that the link can be shared. */
export interface QuestionInUrl {
  readonly person?: string | undefined;
  readonly permission?: AppPermission | undefined;
  readonly on?: string | undefined;
}

const keyPattern = /^[\w|@+.-]{1,256}$/;
const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Sets invalid parameters to `undefined`, because the router retains parameters that are not listed. */
function questionInUrl({ person, permission, on }: Readonly<Record<string, unknown>>): QuestionInUrl {
  return {
    person: typeof person === 'string' && keyPattern.test(person) ? person : undefined,
    permission: typeof permission === 'string' && isPermission(permission) ? permission : undefined,
    on: typeof on === 'string' && uuidPattern.test(on) ? on : undefined,
  };
}
