import { useRouteContext } from '@tanstack/react-router';
import { FileText, FolderClosed, User, type LucideIcon } from 'lucide-react';
import * as v from 'valibot';
import { trpc } from '../../api/trpc.ts';
import { lastUsedKey, type LastUsed } from '../../auth/stored-data.ts';
import { isViewing } from '../../auth/view-as.ts';
import { useGates } from '../../api/permissions.ts';
import type { Command } from './command.ts';
import { useOpen } from './use-found.ts';

const most = 5;
const Stored = v.array(v.object({ key: v.string(), name: v.string() }));

const icons = { people: User, reports: FileText, collections: FolderClosed } as const;

interface LastUsedCommands {
  /** Newest first; only items that the user may still open. */
  readonly commands: readonly Command[];
  readonly remember: (command: Command) => void;
}

/** Recently used items in this organization and browser. `others` are the commands that are shown without a search. */
export function useLastUsed(others: readonly Command[]): LastUsedCommands {
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
      if (isViewing()) return;
      const before = read(storage).filter((one) => one.key !== key);
      localStorage.setItem(storage, JSON.stringify([{ key, name }, ...before].slice(0, most)));
    },
  };
}

const resources = ['people', 'reports', 'collections'] as const;

/** Invalid stored values are ignored. */
function read(storage: string): readonly LastUsed[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storage) ?? '[]');
    return v.is(Stored, stored) ? stored : [];
  } catch {
    return [];
  }
}
