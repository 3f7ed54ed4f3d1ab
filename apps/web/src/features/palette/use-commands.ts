import { useState } from 'react';
import { groups, type Command, type CommandGroup, type GatedCommand, matches } from './command.ts';
import { useActions } from './use-actions.ts';
import { useFound, type Found } from './use-found.ts';
import { useLastUsed } from './use-last-used.ts';
import type { GatedProcedure } from '@latchkey/permissions/react';
import { useRouter } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import type { PageData } from '../../layout/page-data.ts';
import { sidebarIcons } from '../../layout/sidebar-icons.ts';
import { useActiveOrganization } from '../../layout/organizations.ts';

/** The state of a gate. */
export type GateAnswer = 'allowed' | 'denied' | 'unknown' | 'unavailable';

export interface Commands extends Omit<Found, 'commands'> {
  readonly groups: readonly { readonly value: CommandGroup; readonly items: readonly Command[] }[];
  readonly count: number;
  /** Whether commands are missing because permissions cannot be checked. */
  readonly isUnchecked: boolean;
  readonly remember: (command: Command) => void;
  /** Includes commands that the user does not have: their gates must be asked. */
  readonly all: readonly GatedCommand[];
  readonly answer: (key: string, answer: GateAnswer) => void;
}

/** The palette's commands for the typed text, limited to those that the user has. */
export function useCommands(typed: string): Commands {
  const all = [...usePages(), ...useActions()];
  const [answers, setAnswers] = useState<ReadonlyMap<string, GateAnswer>>(new Map());
  const own = all
    .filter(({ command, gate }) => gate === undefined || answers.get(command.key) === 'allowed')
    .map(({ command }) => command);
  const { commands: lastUsed, remember } = useLastUsed(own);
  const { commands: found, ...search } = useFound(typed);
  const isTyped = typed.trim() !== '';
  const shown = isTyped
    ? [...own.filter(({ name, keywords }) => matches(typed.trim(), [name, ...keywords])), ...found]
    : [
        ...lastUsed,
        ...own.filter(({ group, key }) => group !== 'roles' && !lastUsed.some((one) => one.key === key)),
      ];
  return {
    ...search,
    groups: groups.flatMap((value) => {
      const items = shown.filter(({ group }) => group === value);
      return items.length === 0 ? [] : [{ value, items }];
    }),
    count: shown.length,
    isUnchecked: [...answers.values()].includes('unavailable'),
    remember,
    all,
    answer: (key, answer) => setAnswers((before) => new Map(before).set(key, answer)),
  };
}

/** Pages that the sidebar does not show. */
const otherGates: Readonly<Record<string, GatedProcedure>> = {
  '/members/invitations': trpc.invitations.list,
};

/** Every page with a name; `newReport` is among the actions. */
function usePages(): readonly GatedCommand[] {
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
      keywords: Object.values(page.name),
      run: () => void router.navigate({ to }),
    };
    return [{ command, gate: page.sidebar?.gate ?? otherGates[to] }];
  });
}
