import { useState } from 'react';
import { useRouter, useRouteContext } from '@tanstack/react-router';
import { ArrowRight, FileText, FolderClosed, User, type LucideIcon } from 'lucide-react';
import * as v from 'valibot';
import { groups, type Command, type CommandGroup, type GatedCommand, matches } from './command.ts';
import { useActions } from './use-actions.ts';
import { allOf, useFound, type Found, useOpen } from './use-found.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { type PageData, sidebarIcons } from '../../layout/page-data.ts';
import { useActiveOrganization } from '../../layout/organizations.ts';
import { lastUsedKey, type LastUsed } from '../../auth/stored-data.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useGates } from '../../api/permissions.ts';

const most = 5;
/** Invalid stored values are ignored. */
const Stored = v.fallback(
  v.pipe(v.string(), v.parseJson(), v.array(v.object({ key: v.string(), name: v.string() }))),
  [],
);

const icons = { people: User, reports: FileText, collections: FolderClosed } as const;

interface LastUsedCommands {
  /** Newest first; only items that the user can still open. */
  readonly commands: readonly Command[];
  readonly remember: (command: Command) => void;
}

/** Recently used items in this organization and browser. `others` are the commands that are shown without a search. */
function useLastUsed(others: readonly Command[]): LastUsedCommands {
  const { person, organization } = useRouteContext({ from: '/console' });
  const open = useOpen();
  const storage = lastUsedKey(`${person.key}@${organization ?? ''}`);
  // In a view as another user, the user's own items are neither shown nor updated.
  const used = isViewing() ? [] : read(storage);
  const idsOf = (resource: keyof typeof icons): string[] =>
    used.flatMap(({ key }) => (key.startsWith(`${resource}:`) ? [key.slice(resource.length + 1)] : []));
  const ids = { people: idsOf('people'), reports: idsOf('reports'), collections: idsOf('collections') };
  const gates = {
    people: useGates(
      trpc.members.get,
      ids.people.map((subject) => ({ subject })),
    ),
    reports: useGates(
      trpc.reports.get,
      ids.reports.map((id) => ({ id })),
    ),
    collections: useGates(
      trpc.collections.get,
      ids.collections.map((id) => ({ id })),
    ),
  };
  const instance = ({ key, name }: LastUsed): Command | undefined => {
    const resource = resources.find((one) => key.startsWith(`${one}:`));
    if (resource === undefined) return undefined;
    const id = key.slice(resource.length + 1);
    if (gates[resource][ids[resource].indexOf(id)]?.state !== 'allowed') return undefined;
    const icon: LucideIcon = icons[resource];
    return { key, name, icon, group: 'recent', keywords: [], run: open(resource, id) };
  };
  return {
    commands: used.flatMap((one) => {
      const found = others.find(({ key }) => key === one.key) ?? instance(one);
      return found === undefined ? [] : [{ ...found, group: 'recent' as const }];
    }),
    remember({ key, name }) {
      if (isViewing() || key.startsWith(allOf)) return;
      const before = read(storage).filter((one) => one.key !== key);
      localStorage.setItem(storage, JSON.stringify([{ key, name }, ...before].slice(0, most)));
    },
  };
}

const resources = ['people', 'reports', 'collections'] as const;

function read(storage: string): readonly LastUsed[] {
  return v.parse(Stored, localStorage.getItem(storage));
}

export type GateAnswer = 'allowed' | 'denied' | 'unknown' | 'unavailable';

export interface Commands extends Omit<Found, 'commands'> {
  readonly groups: readonly { readonly value: CommandGroup; readonly items: readonly Command[] }[];
  readonly count: number;
  /** Whether commands are missing because permissions cannot be checked. */
  readonly isUnchecked: boolean;
  readonly remember: (command: Command) => void;
  /** All commands, including those that the user does not have: their gates must be asked. */
  readonly all: readonly GatedCommand[];
  readonly answer: (key: string, answer: GateAnswer) => void;
}

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
    count: shown.filter(({ key }) => !key.startsWith(allOf)).length,
    isUnchecked: [...answers.values()].includes('unavailable'),
    remember,
    all,
    answer: (key, answer) => setAnswers((before) => new Map(before).set(key, answer)),
  };
}

/** A command for every page with a name, except the page of a new report, which is among the actions. */
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
    return [{ command, gate: page.gate }];
  });
}
