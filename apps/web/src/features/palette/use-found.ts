import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Bot, FileText, FolderClosed, User } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useGate } from '../../api/permissions.ts';
import { useDebounced } from '../../ui/search-field.tsx';
import type { Command } from './command.ts';
import { nameOf } from '../../shared/person.tsx';

const pause = 150;

/** The maximum number of results of each kind. One more is requested, to know whether there are others. */
const most = 5;

/** The key prefix of commands that open a whole list. They are not stored as recently used. */
export const allOf = 'all:';

export interface Found {
  readonly commands: readonly Command[];
  /** Whether there are more results of a kind than are shown. */
  readonly isCut: boolean;
  readonly isSearching: boolean;
  readonly hasFailed: boolean;
  readonly retry: () => void;
}

export function useOpen(): (resource: 'people' | 'reports' | 'collections', id: string) => () => void {
  const navigate = useNavigate();
  return (resource, id) => () =>
    void {
      people: () => navigate({ to: '/members/$subject', params: { subject: id } }),
      reports: () => navigate({ to: '/reports/$reportId', params: { reportId: id } }),
      collections: () => navigate({ to: '/reports/collections/$collectionId', params: { collectionId: id } }),
    }[resource]();
}

/** Matches that the user can see. A late response is never shown for another text. */
export function useFound(typed: string): Found {
  const { t } = useTranslation();
  const open = useOpen();
  const navigate = useNavigate();
  const text = useDebounced(typed.trim(), pause);
  const isCurrent = text !== '' && text === typed.trim();
  const asks = { enabled: isCurrent, trpc: { abortOnUnmount: true } };
  const mayReadMembers = useGate(trpc.members.list, undefined).state === 'allowed';
  const mayReadReports = useGate(trpc.reports.list, undefined).state === 'allowed';
  const mayReadCollections = useGate(trpc.collections.list).state === 'allowed';
  const members = trpc.members.list.useQuery(
    { search: text, limit: most + 1 },
    { ...asks, enabled: isCurrent && mayReadMembers },
  );
  const reports = trpc.reports.list.useQuery(
    { search: text, limit: most + 1 },
    { ...asks, enabled: isCurrent && mayReadReports },
  );
  const collections = trpc.collections.list.useQuery(
    { search: text },
    { ...asks, enabled: isCurrent && mayReadCollections },
  );
  const queries = [members, reports, collections];
  const failed = queries.filter(({ error, data }) => error !== null && data === undefined);
  const showAll = (group: Command['group'], found: readonly unknown[] = [], run: () => void): Command[] =>
    found.length <= most
      ? []
      : [
          {
            key: `${allOf}${group}`,
            group,
            icon: ArrowRight,
            name: t('palette.all', { text }),
            keywords: [],
            run,
          },
        ];
  const all = [
    ...showAll(
      'people',
      members.data?.members,
      () => void navigate({ to: '/members', search: { search: text } }),
    ),
    ...showAll(
      'reports',
      reports.data?.items,
      () => void navigate({ to: '/reports', search: { search: text } }),
    ),
    ...showAll(
      'collections',
      collections.data,
      () => void navigate({ to: '/reports', search: { search: text } }),
    ),
  ];
  const commands: Command[] = !isCurrent
    ? []
    : [
        ...(members.data?.members ?? []).slice(0, most).map((member): Command => ({
          key: `people:${member.subject}`,
          group: 'people',
          icon: member.kind === 'machine' ? Bot : User,
          name: nameOf(member),
          detail:
            member.kind === 'machine'
              ? t('person.machine')
              : member.name === null
                ? undefined
                : (member.email ?? undefined),
          keywords: [],
          run: open('people', member.subject),
        })),
        ...(reports.data?.items ?? []).slice(0, most).map(({ id, title, status }): Command => ({
          key: `reports:${id}`,
          group: 'reports',
          icon: FileText,
          name: title,
          detail: status === 'draft' ? t('palette.draft') : undefined,
          keywords: [],
          run: open('reports', id),
        })),
        ...(collections.data ?? []).slice(0, most).map(({ id, title }): Command => ({
          key: `collections:${id}`,
          group: 'collections',
          icon: FolderClosed,
          name: title,
          keywords: [],
          run: open('collections', id),
        })),
        ...all,
      ];
  return {
    commands,
    isCut: isCurrent && all.length > 0,
    isSearching: typed.trim() !== '' && (!isCurrent || queries.some(({ isLoading }) => isLoading)),
    hasFailed: isCurrent && failed.length > 0,
    retry() {
      for (const { refetch } of failed) void refetch();
    },
  };
}
