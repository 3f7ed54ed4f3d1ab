import { Link } from '@tanstack/react-router';
import {
  ChevronRight,
  CirclePause,
  FileWarning,
  GitCompare,
  Hourglass,
  ListChecks,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useActiveOrganization } from '../../layout/organizations.ts';
import { useGate } from '../../api/permissions.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { Card, HiddenUntilLoaded } from './card.tsx';

interface Task {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly text: string;
  readonly to: '/setup' | '/sync' | '/requests';
}

/** Items that need an administrator's attention. Hidden when empty. */
export function HandCard(): ReactNode {
  const { t } = useTranslation();
  const { tasks, problem, isLoading } = useTasks();
  if (isLoading && problem === null) return <HiddenUntilLoaded />;
  if (tasks.length === 0 && problem === null) return null;
  return (
    <Card title={t('home.hand.title')} problem={problem}>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {tasks.map(({ key, icon: Icon, text, to }) => (
          <li
            key={key}
            className="relative flex min-h-11 items-center gap-3 px-4 py-2.5 first:rounded-t-card last:rounded-b-card hover:bg-sunken/60"
          >
            <Icon aria-hidden="true" className="size-4 shrink-0 text-unknown" />
            <Link
              to={to}
              {...(to === '/requests' && { search: { status: 'approved' } })}
              className="min-w-0 flex-1 after:absolute after:inset-0"
            >
              {text}
            </Link>
            <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function useTasks(): {
  readonly tasks: readonly Task[];
  readonly problem: LoadProblem | null;
  readonly isLoading: boolean;
} {
  const { t } = useTranslation();
  const inDefault = useActiveOrganization() === null;
  const { state } = useGate(trpc.sync.status);
  const seesSync = state === 'allowed' && inDefault;
  const setup = trpc.setup.status.useQuery(undefined, { enabled: inDefault });
  const sync = trpc.sync.status.useQuery(undefined, { enabled: seesSync });
  const drift = trpc.sync.drift.useQuery(undefined, { enabled: seesSync });
  const { data: me } = trpc.session.me.useQuery();
  const seesGrants = me?.permissions.includes('requests:view') === true;
  const approved = trpc.requests.list.useQuery({ status: 'approved', limit: 100 }, { enabled: seesGrants });
  const isLoading = state === 'unknown' || [setup, sync, drift, approved].some((query) => query.isLoading);
  const problems = [useProblem(setup), useProblem(sync), useProblem(drift), useProblem(approved)];
  const undone =
    setup.data?.state === 'open' ? setup.data.checks.filter(({ state }) => state !== 'done').length : 0;
  const dead = sync.data?.deliveries.failed ?? 0;
  const open = drift.data?.open ?? 0;
  const ending = new Set(
    approved.data?.items.flatMap(({ grant }) => (grant?.endsSoon === true ? [grant.id] : [])),
  ).size;
  const tasks: readonly (Task | false)[] = [
    setup.data?.state === 'no-administrator' && {
      key: 'administrator',
      icon: ListChecks,
      text: t('home.hand.noAdministrator'),
      to: '/setup',
    },
    undone > 0 && {
      key: 'setup',
      icon: ListChecks,
      text: t('home.hand.setup', { count: undone }),
      to: '/setup',
    },
    dead > 0 && { key: 'dead', icon: FileWarning, text: t('home.hand.dead', { count: dead }), to: '/sync' },
    sync.data?.paused === true && {
      key: 'paused',
      icon: CirclePause,
      text: t('home.hand.paused'),
      to: '/sync',
    },
    open > 0 && { key: 'drift', icon: GitCompare, text: t('home.hand.drift', { count: open }), to: '/sync' },
    ending > 0 && {
      key: 'ending',
      icon: Hourglass,
      text: t('home.hand.ending', { count: ending }),
      to: '/requests',
    },
  ];
  return {
    tasks: tasks.filter((task) => task !== false),
    problem: problems.find((problem) => problem !== null) ?? null,
    isLoading,
  };
}
