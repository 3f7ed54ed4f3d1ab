import {
  CircleCheck,
  CircleMinus,
  CircleX,
  Clock,
  Hourglass,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isReportRole, isRole, isSharedResource } from '../../policy.ts';
import { InstanceLink } from '../instance-link.tsx';
import type { AccessTarget } from './use-request-sheet.ts';
import { RoleBadge } from '../role-badge.tsx';
import { dateFormat } from '../../ui/format-time.ts';
import type { ShowMore } from '../../ui/show-more.tsx';

export type OwnRequest = Outputs['requests']['mine']['items'][number];

/** The status of a request, or of its grant once it is approved. */
export type RequestState =
  'open' | 'refused' | 'withdrawn' | 'arriving' | 'active' | 'endsSoon' | 'forGood' | 'ended' | 'failed';

export function stateOf({ status, grant }: OwnRequest): RequestState {
  if (status !== 'approved') return status;
  if (grant === null || grant.status === 'pending') return 'arriving';
  if (grant.status === 'ending') return 'ended';
  if (grant.status !== 'active') return grant.status;
  if (grant.expiresAt === null) return 'forGood';
  return grant.endsSoon ? 'endsSoon' : 'active';
}

export function canAskAgain(state: RequestState): boolean {
  return ['refused', 'withdrawn', 'endsSoon', 'ended', 'failed'].includes(state);
}

/** `undefined` for a role that this version does not know. */
export function targetOf({ target }: OwnRequest): AccessTarget | undefined {
  if (target.kind === 'role') return isRole(target.role) ? { kind: 'role', role: target.role } : undefined;
  const { resource, id, role } = target;
  return isSharedResource(resource) && isReportRole(role)
    ? { kind: 'instance', resource, id, role }
    : undefined;
}

interface OwnRequests {
  readonly requests: readonly OwnRequest[] | undefined;
  readonly problem: LoadProblem | null;
  readonly pages: ComponentProps<typeof ShowMore>['query'];
  readonly refetch: () => void;
}

export function useOwnRequests(): OwnRequests {
  useChanges('requests');
  const query = trpc.requests.mine.useInfiniteQuery(
    { limit: 20 },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    },
  );
  const problem = useProblem(query);
  const requests = query.data?.pages.flatMap(({ items }) => items);
  return { requests, problem, pages: query, refetch: () => void query.refetch() };
}

const appearances: Readonly<Record<RequestState, { readonly icon: LucideIcon; readonly tone: string }>> = {
  open: { icon: Clock, tone: 'text-info' },
  refused: { icon: CircleX, tone: 'text-muted' },
  withdrawn: { icon: CircleMinus, tone: 'text-muted' },
  arriving: { icon: CircleCheck, tone: 'text-allowed' },
  active: { icon: CircleCheck, tone: 'text-allowed' },
  endsSoon: { icon: Hourglass, tone: 'text-unknown' },
  forGood: { icon: CircleCheck, tone: 'text-allowed' },
  ended: { icon: CircleMinus, tone: 'text-muted' },
  failed: { icon: TriangleAlert, tone: 'text-unknown' },
};

export function RequestStateLine({ request }: { readonly request: OwnRequest }): ReactNode {
  const { t, i18n } = useTranslation();
  const state = stateOf(request);
  const { icon: Icon, tone } = appearances[state];
  const end = request.grant?.endedAt ?? request.grant?.expiresAt ?? null;
  const date =
    end === null
      ? ''
      : dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(end));
  return (
    <span className="inline-flex items-center gap-2">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
      <span>{t(`requestAccess.state.${state}`, { date })}</span>
    </span>
  );
}

export function RequestTarget({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isReportRole(target.role) || !isSharedResource(target.resource))
    return <RoleBadge role={target.role} />;
  return (
    <span className="font-medium">
      {t(`requestAccess.ofOne.${target.resource}`, { role: t(`reportRole.${target.role}`) })}
    </span>
  );
}

export function RequestedInstance({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isSharedResource(target.resource)) return null;
  return (
    <InstanceLink resource={target.resource} id={target.id} className="text-sm">
      {t(`requestAccess.openOne.${target.resource}`)}
    </InstanceLink>
  );
}
