import {
  CircleCheck,
  CircleMinus,
  CircleX,
  Clock,
  Hourglass,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { stateOf, type OwnRequest, type RequestState } from './own-request.ts';
import { dateFormat } from '../../ui/format-time.ts';
import { InstanceLink } from '../../shared/instance-link.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { isReportRole, isSharedResource } from '../../policy.ts';

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

/** The status of a request, and when its grant ends. */
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
      <span>{t(`access.request.state.${state}`, { date })}</span>
    </span>
  );
}

/** The requested role: in the organization, or on one report or collection. */
export function RequestTarget({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isReportRole(target.role) || !isSharedResource(target.resource))
    return <RoleBadge role={target.role} />;
  return <span className="font-medium">{t(`access.ofOne.${target.resource}.${target.role}`)}</span>;
}

/** The report or collection of a request. */
export function RequestedInstance({ target }: Pick<OwnRequest, 'target'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role' || !isSharedResource(target.resource)) return null;
  return (
    <InstanceLink resource={target.resource} id={target.id} className="text-sm">
      {t(`access.request.openOne.${target.resource}`)}
    </InstanceLink>
  );
}
