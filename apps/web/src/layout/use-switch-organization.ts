import { useMatches, useRouteContext, useRouter } from '@tanstack/react-router';
import { isViewing, leaveView } from '../auth/view-as.ts';
import { endView } from '../shared/view-as/use-start-view.ts';
import type { PageData } from './page-data.ts';

/** Switches the organization. Stays on the page if it exists there; a page about one item is replaced by its list. */
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
    if (isViewing()) {
      await endView(api);
      activeOrganization.choose(id);
      leaveView(router.buildLocation({ to, search: { org: id ?? undefined } }).href);
      return;
    }
    // Selected here, so that following the URL shows no notice.
    activeOrganization.choose(id);
    const org = id ?? undefined;
    await router.navigate({ to, search: (search) => (to === here?.to ? { ...search, org } : { org }) });
  };
}

function isAboutOneThing(page: PageData | null | undefined): boolean {
  return page != null && 'Name' in page;
}

function isOnlyInDefault(page: PageData | null | undefined): boolean {
  return page != null && 'sidebar' in page && page.sidebar?.defaultOrganizationOnly === true;
}
