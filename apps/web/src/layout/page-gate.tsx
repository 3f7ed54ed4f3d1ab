import type { GatedProcedure, GateState } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { Outlet, useMatches, useRouteContext } from '@tanstack/react-router';
import { getUntypedClient } from '@trpc/client';
import { useEffect, useState, type ReactNode } from 'react';
import { pathOf, useGate, useGateStore, useInvalidateGates } from '../api/permissions.ts';
import type { Person } from '../auth/stored-session.ts';
import { AccessDenied } from '../shared/access-denied.tsx';
import { denialOf } from '../shared/denied-text.ts';
import { HeldPage } from '../shared/open-form.tsx';
import { PageSkeleton } from '../ui/skeletons.tsx';

export function scopeOf({ key }: Person, organization: string | null): string {
  return `${key}@${organization ?? ''}`;
}

/** Renders the page unless its gate denies it. A denied page requests nothing. */
export function PageGate(): ReactNode {
  const { api, person, organization } = useRouteContext({ from: '/console' });
  const store = useGateStore();
  const scope = scopeOf(person, organization);
  useEffect(() => api.knownGates.provide(scope, store), [api, scope, store]);
  const match = useMatches().at(-1);
  const gate = match?.staticData.page?.gate;
  if (gate === undefined)
    return (
      <HeldPage>
        <Outlet />
      </HeldPage>
    );
  return <Gated gate={gate} pathname={match?.pathname} />;
}

function Gated({
  gate,
  pathname,
}: {
  readonly gate: GatedProcedure;
  readonly pathname?: string | undefined;
}): ReactNode {
  const answer = useGate(gate, undefined);
  const [openPage, setOpenPage] = useState<string>();
  if (answer.state === 'allowed' && openPage !== pathname) setOpenPage(pathname);
  if (answer.state === 'unknown') return <PageSkeleton />;
  const denied = answer.state === 'denied' && (
    <Denied key={pathname} gate={gate} answer={answer} isVisit={openPage !== pathname} />
  );
  // If the gate gets no answer, neither do the page's queries, so the page shows why.
  return (
    <HeldPage denied={denied || undefined}>
      <Outlet />
    </HeldPage>
  );
}

function Denied(props: {
  readonly gate: GatedProcedure;
  readonly answer: Extract<GateState<AppPermission, AppRole>, { readonly state: 'denied' }>;
  /** False if access was lost while the page was open. */
  readonly isVisit: boolean;
}): ReactNode {
  const { gate, answer, isVisit } = props;
  const { api } = useRouteContext({ from: '/console' });
  const invalidateGates = useInvalidateGates();
  const path = pathOf(gate);
  // The audit log records calls but not the questions of gates, so one call represents the visit.
  useEffect(() => {
    if (!isVisit) return;
    getUntypedClient(api.client)
      .query(path)
      .catch(() => {});
  }, [api, path, isVisit]);
  return <AccessDenied denial={denialOf(answer)} onRetry={invalidateGates} />;
}
