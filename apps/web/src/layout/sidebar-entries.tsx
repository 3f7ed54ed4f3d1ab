import type { GatedProcedure } from '@latchkey/permissions/react';
import { Link, useLocation, useRouteContext, useRouter, type RegisteredRouter } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useEffectEvent, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { LazyPart } from '../ui/lazy.tsx';
import { knownPages } from '../auth/stored-data.ts';
import { useGate } from '../api/permissions.ts';
import { type SidebarEntry, sidebarIcons } from './page-data.ts';
import { useActiveOrganization } from './organizations.ts';
import { scopeOf } from './page-gate.tsx';

/** The pages whose route data has a sidebar entry, in the order of the router. Renders `<li>` elements. */
export function SidebarEntries(props: { readonly inDefaultOrganization: boolean }): ReactNode {
  const { inDefaultOrganization } = props;
  const { i18n } = useTranslation();
  const { routesById } = useRouter();
  const { person } = useRouteContext({ from: '/console' });
  const current = useCurrentEntry();
  const known = knownPages(scopeOf(person, useActiveOrganization()));
  return Object.values(routesById).map(({ id, to, options }) => {
    const { page } = options.staticData;
    if (page === null || !('sidebar' in page) || page.sidebar === undefined) return null;
    const { gate } = page;
    const { icon, Counted, defaultOrganizationOnly = false } = page.sidebar;
    const shown = inDefaultOrganization || !defaultOrganizationOnly;
    const entry = (count: number): ReactNode => (
      <li key={id}>
        <SidebarLink
          to={to}
          icon={sidebarIcons[icon]}
          label={page.name[i18n.language]}
          count={count}
          isCurrent={to === current}
        />
      </li>
    );
    if (gate !== undefined)
      return (
        <Gated
          key={id}
          gate={gate}
          shown={shown}
          Counted={Counted}
          entry={entry}
          wasShown={known.has(id)}
          onAnswer={(allowed) => known.remember(id, allowed)}
        />
      );
    if (Counted === undefined) return shown && entry(0);
    return (
      shown && (
        <LazyPart key={id}>
          <Counted allowed>{entry}</Counted>
        </LazyPart>
      )
    );
  });
}

/** The entry with the longest path that is a prefix of the current one: a sidebar page can be nested under another. */
function useCurrentEntry(): string | undefined {
  const { routesById } = useRouter();
  const pathname = useLocation({ select: (location) => location.pathname });
  return Object.values(routesById)
    .filter(({ to, options: { staticData } }) => {
      const isEntry = staticData.page !== null && 'sidebar' in staticData.page;
      return isEntry && `${pathname}/`.startsWith(`${to}/`);
    })
    .toSorted((a, b) => b.to.length - a.to.length)[0]?.to;
}

/**
 * Asks the gate before the entry is rendered, so that the question is batched with the page's others. Until then, a
 * skeleton replaces an entry that was shown before.
 */
function Gated(props: {
  readonly gate: GatedProcedure;
  readonly shown: boolean;
  readonly Counted: SidebarEntry['Counted'];
  readonly entry: (count: number) => ReactNode;
  readonly wasShown: boolean;
  readonly onAnswer: (allowed: boolean) => void;
}): ReactNode {
  const { gate, shown, Counted, entry, wasShown } = props;
  const { state } = useGate(gate, undefined);
  const allowed = state === 'allowed';
  const isAnswered = allowed || state === 'denied';
  const onAnswer = useEffectEvent(props.onAnswer);
  useEffect(() => {
    if (isAnswered) onAnswer(allowed);
  }, [isAnswered, allowed]);
  const skeleton = wasShown && shown && <EntrySkeleton />;
  if (!isAnswered) return skeleton;
  if (Counted !== undefined)
    return (
      shown && (
        <LazyPart loading={skeleton}>
          <Counted allowed={allowed}>{entry}</Counted>
        </LazyPart>
      )
    );
  return allowed && shown && entry(0);
}

function EntrySkeleton(): ReactNode {
  return (
    <li aria-hidden="true" className="flex h-9 items-center gap-2.5 px-2.5 pointer-coarse:h-11">
      <span className="skeleton size-4" />
      <span className="skeleton h-4 w-28" />
    </li>
  );
}

function SidebarLink(props: {
  readonly to: keyof RegisteredRouter['routesByPath'];
  readonly icon: LucideIcon;
  readonly label: string;
  readonly count: number;
  readonly isCurrent: boolean;
}): ReactNode {
  const { to, icon: Icon, label, count, isCurrent } = props;
  const { i18n } = useTranslation();
  return (
    <Link
      to={to}
      activeOptions={{ exact: !isCurrent }}
      className="group flex h-9 items-center pointer-coarse:h-11 gap-2.5 rounded-control px-2.5 font-medium text-muted transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-brass-wash aria-[current=page]:text-ink"
    >
      <Icon aria-hidden="true" className="size-4 group-aria-[current=page]:text-brass-ink" />
      {label}
      {count > 0 && ' '}
      {count > 0 && (
        <span className="ml-auto rounded-full border border-line bg-surface px-1.5 text-xs text-ink tabular-nums">
          {i18n.number(count)}
        </span>
      )}
    </Link>
  );
}
