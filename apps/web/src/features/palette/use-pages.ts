import type { GatedProcedure } from '@latchkey/permissions/react';
import { useRouter } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import type { PageData } from '../../layout/page-data.ts';
import { sidebarIcons } from '../../layout/sidebar-icons.ts';
import { useActiveOrganization } from '../../layout/organizations.ts';
import type { Command, GatedCommand } from './command.ts';

/** Pages that the sidebar does not show. */
const otherGates: Readonly<Record<string, GatedProcedure>> = {
  '/members/invitations': trpc.invitations.list,
};

/** Every page with a name; `newReport` is among the actions. */
export function usePages(): readonly GatedCommand[] {
  const router = useRouter();
  const language = useTranslation().i18n.language;
  const inDefault = useActiveOrganization() === null;
  const { data: setup } = trpc.setup.status.useQuery();
  return Object.values(router.routesById).flatMap(({ to, options }) => {
    const page: PageData | null | undefined = options.staticData?.page;
    if (page == null || !('name' in page) || to.includes('$') || to === '/reports/new') return [];
    if (page.sidebar?.defaultOrganizationOnly === true && !inDefault) return [];
    if (to === '/setup' && setup?.state !== 'open' && setup?.state !== 'no-administrator') return [];
    const command: Command = {
      key: `page:${to}`,
      group: 'pages',
      icon: page.sidebar === undefined ? ArrowRight : sidebarIcons[page.sidebar.icon],
      name: page.name[language],
      words: Object.values(page.name),
      run: () => void router.navigate({ to }),
    };
    return [{ command, gate: page.sidebar?.gate ?? otherGates[to] }];
  });
}
