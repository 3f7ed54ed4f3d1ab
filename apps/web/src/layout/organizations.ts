import { useRouteContext, useMatches, useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { organizationsKey } from '../api/api.ts';
import { trpc } from '../api/trpc.ts';
import type { Auth } from '../auth/auth.ts';
import type { Person } from '../auth/stored-session.ts';
import type { Organization } from '../auth/organization.ts';
import { isViewing, leaveView } from '../auth/view-as.ts';
import { endView } from '../shared/view-as/use-start-view.ts';
import type { PageData } from './page-data.ts';

/** The id of the page's organization; `null` for the default one. */
export function useActiveOrganization(): string | null {
  return useRouteContext({ from: '/console' }).organization;
}

/** True if requests are pointless: the user is not a member of the page's organization, or the account is revoked. */
export function useIsRefused(): boolean {
  const { activeOrganization, session } = useRouteContext({ from: '/console' }).auth;
  const isRefused = useSyncExternalStore(activeOrganization.subscribe, activeOrganization.isRefused);
  return useSyncExternalStore(session.subscribe, session.problem) === 'revoked' || isRefused;
}

/**
 * Renews the token when the user has no role in the page's organization: the server accepts the old token for up to an
 * hour after the user was removed, but Logto issues no new one.
 */
export function useRenewTokenWithoutRole(): void {
  const { auth, organization } = useRouteContext({ from: '/console' });
  const { data: me, refetch } = trpc.session.me.useQuery(undefined, { enabled: !useIsRefused() });
  const withoutRole = me?.roles.length === 0 ? organization : null;
  const renew = useEffectEvent(() => {
    auth.forgetAccessToken();
    void refetch();
  });
  useEffect(() => {
    if (withoutRole !== null) renew();
  }, [withoutRole]);
}

/** The user's organizations in Logto. Fetched on demand, because most users have none. */
export const organizationsQuery = (auth: Auth, person: Person) =>
  queryOptions({
    queryKey: [organizationsKey, person.key],
    queryFn: auth.organizations,
    staleTime: 60_000,
    retry: false,
  });

export function useOrganizations({
  enabled,
}: {
  readonly enabled: boolean;
}): UseQueryResult<readonly Organization[]> {
  const { auth, person } = useRouteContext({ from: '/console' });
  return useQuery({ ...organizationsQuery(auth, person), enabled });
}

/**
 * Switches the organization. The page stays if it exists there, without its filters; a page about one item is replaced
 * by its list.
 */
export function useSwitchOrganization(): (id: string | null) => Promise<void> {
  const { auth, api } = useRouteContext({ from: '/console' });
  const { activeOrganization } = auth;
  const router = useRouter();
  const match = useMatches().at(-1);
  return async (id) => {
    if (id === activeOrganization.get()) return;
    const here = Object.values(router.routesById).find((route) => route.id === match?.routeId);
    const list = Object.values(router.routesById).find(
      ({ fullPath }) => fullPath !== '/' && here?.fullPath.startsWith(`${fullPath}/`) === true,
    );
    const target = isAboutOneThing(here?.options.staticData.page) ? list : here;
    const stays = id === null || !isOnlyInDefault(target?.options.staticData.page);
    const to = stays ? (target?.to ?? '/reports') : '/reports';
    const search = { org: id ?? undefined };
    if (isViewing()) {
      await endView(api);
      activeOrganization.choose(id);
      leaveView(router.buildLocation({ to, search }).href);
      return;
    }
    // Selected here, so that following the URL shows no notice.
    activeOrganization.choose(id);
    await router.navigate({ to, search });
  };
}

function isAboutOneThing(page: PageData | null | undefined): boolean {
  return page != null && 'Name' in page;
}

function isOnlyInDefault(page: PageData | null | undefined): boolean {
  return page != null && 'sidebar' in page && page.sidebar?.defaultOrganizationOnly === true;
}
