import type { I18n } from '../i18n/i18n.ts';
import * as v from 'valibot';
import type { Api } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { Person } from '../auth/person.ts';
import { notify } from '../ui/notice.ts';
import { organizationsQuery } from './organizations.ts';

/**
 * The search parameters of every page of the console. `org` is the page's organization, so that a link opens the same
 * one for every user; a URL without it belongs to the default organization.
 */
export const ConsoleSearch = v.object({
  // The router parses an id of digits as a number.
  org: v.fallback(v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String))), undefined),
});

/** Activates the URL's organization, and shows a notice when another one was active. */
export function followAddress(page: {
  readonly auth: Auth;
  readonly api: Api;
  readonly i18n: I18n;
  readonly person: Person;
  readonly organization: string | null;
}): void {
  const { auth, organization } = page;
  if (auth.activeOrganization.get() === organization) return;
  auth.activeOrganization.choose(organization);
  void nameOf(page).then((name) => {
    if (name !== undefined && auth.activeOrganization.get() === organization)
      notify({ tone: 'done', text: page.i18n.t('layout.organizationChanged', { name }) });
  });
}

/** `undefined` when the user is not a member, or Logto is unavailable: the page itself shows that. */
async function nameOf(page: Parameters<typeof followAddress>[0]): Promise<string | undefined> {
  const { auth, api, i18n, person, organization } = page;
  if (organization === null) return i18n.t('layout.defaultOrganization');
  const all = await api.queryClient.fetchQuery(organizationsQuery(auth, person)).catch(() => []);
  return all.find(({ id }) => id === organization)?.name;
}
