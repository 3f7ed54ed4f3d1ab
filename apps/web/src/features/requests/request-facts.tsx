import { CircleCheck, CircleMinus, CircleX, Quote } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isPermission, isSharedResource, isShown, type SharedResource } from '../../policy.ts';
import { InstanceLink } from '../../shared/instance-link.tsx';
import { usePersonName } from '../../shared/person.tsx';
import { RoleBadge, roleName } from '../../shared/role-badge.tsx';
import { dateFormat, formatDuration } from '../../ui/format-time.ts';
import { RelativeTime } from '../../ui/time.tsx';

export function HeldRoles({ holds }: Pick<RequestDetails, 'holds'>): ReactNode {
  const { t } = useTranslation();
  if (holds.length === 0) return <span className="text-muted">{t('layout.noRole')}</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <span className="text-muted">{t('requests.holds')}</span>
      {holds.map(({ role, instance }) =>
        instance === undefined ? (
          <RoleBadge key={role} role={role} />
        ) : (
          <span key={`${role} ${instance}`} className="text-sm">
            {t(`onThis.${instance.startsWith('collections:') ? 'collections' : 'reports'}`, {
              role: roleName(role, 'instance', t),
            })}
          </span>
        ),
      )}
    </span>
  );
}

/** In bold, because the decision depends on them. */
export function Adds({
  adds,
  heldUntil,
  target,
  permission,
}: Pick<RequestDetails, 'adds' | 'heldUntil' | 'target' | 'permission'>): ReactNode {
  const { t, i18n } = useTranslation();
  if (heldUntil !== null) {
    const format = dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
    return (
      <strong className="font-semibold">
        {t('requests.extends', { date: format.format(new Date(heldUntil)) })}
      </strong>
    );
  }
  const names = adds
    .filter((one) => isPermission(one) && (one === permission || isShown(one)))
    .map((one) => t(`permission.${one}`));
  if (names.length === 0) return <span className="text-muted">{t('requests.addsNothing')}</span>;
  return (
    <span>
      <span className="text-muted">{t('requests.adds')}</span>{' '}
      <strong className="font-semibold">{names.join(', ')}</strong>
      {aboutOf(target) === 'collections' && <span className="text-muted"> {t('requests.passedDown')}</span>}
    </span>
  );
}

/** Hidden if the request is about the same report or collection. */
export function DeniedOn({
  permission,
  deniedOn: on,
  target,
}: Pick<ListedRequest, 'permission' | 'deniedOn' | 'target'>): ReactNode {
  const { t } = useTranslation();
  if (permission === null || !isPermission(permission) || on === null || !isSharedResource(on.resource))
    return null;
  const { resource, id, title } = on;
  if (target.kind === 'instance' && target.id === id) return null;
  return (
    <p className="flex flex-wrap gap-x-2">
      <span className="text-muted">
        {t(`requests.deniedOn.${resource}`, { permission: t(`permission.${permission}`) })}
      </span>
      {title === null ? (
        <span className="text-muted">· {t(`requests.unreadable.${resource}`)}</span>
      ) : (
        <InstanceLink resource={resource} id={id} className="wrap-anywhere">
          {title}
        </InstanceLink>
      )}
    </p>
  );
}

export function RequestReason({ reason }: Pick<DecidedRequest, 'reason'>): ReactNode {
  return (
    <blockquote className="flex max-w-2xl gap-2 text-ink">
      <Quote aria-hidden="true" className="mt-1 size-3.5 shrink-0 text-muted" />
      <span className="whitespace-pre-wrap wrap-anywhere">{reason}</span>
    </blockquote>
  );
}

export function HowLong({ duration }: Pick<DecidedRequest, 'duration'>): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <>
      <span className="text-muted">{t('requests.duration')}</span>{' '}
      {duration === null ? t('duration.good') : formatDuration(duration, i18n.language)}
    </>
  );
}

/** What an open request that needs two approvals is waiting for. */
export function Approvals({
  status,
  approvals: [first],
  approvalsNeeded,
  hasApproved,
}: Pick<ListedRequest, 'status' | 'approvals' | 'approvalsNeeded' | 'hasApproved'>): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  if (status !== 'open' || approvalsNeeded === 1) return null;
  if (hasApproved) return <p>{t('requests.approvals.own')}</p>;
  return (
    <p className="wrap-anywhere">
      {first === undefined
        ? t('requests.approvals.needed')
        : t('requests.approvals.first', { name: personName(first.by) })}
    </p>
  );
}

export type ListedRequest = Outputs['requests']['list']['items'][number];

export type RequestDetails = Outputs['requests']['get'];

function aboutOf(target: ListedRequest['target']): SharedResource {
  return target.kind === 'instance' && target.resource === 'collections' ? 'collections' : 'reports';
}

/** The resource of the requested role if its instance was deleted; otherwise `null`. */
export function goneOf({ target, isGone }: Pick<ListedRequest, 'target' | 'isGone'>): SharedResource | null {
  return isGone ? aboutOf(target) : null;
}

/** The fields that a listed request and its details have in common, and that a decision returns. */
export type DecidedRequest = Outputs['requests']['approve'];

export function RequestedRole({
  target,
  title,
  isGone,
}: Pick<ListedRequest, 'target' | 'title' | 'isGone'>): ReactNode {
  const { t } = useTranslation();
  if (target.kind === 'role') {
    return (
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <RoleBadge role={target.role} />
        <span className="text-muted">{t('requests.inOrganization')}</span>
      </span>
    );
  }
  const resource = aboutOf(target);
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <span className="font-medium">
        {t(`requests.on.${resource}`, { role: roleName(target.role, 'instance', t) })}
      </span>
      {title === null ? (
        <span className="text-muted">
          {t(isGone ? `requests.gone.${resource}` : `requests.unreadable.${resource}`)}
        </span>
      ) : (
        <InstanceLink resource={resource} id={target.id} className="wrap-anywhere">
          {title}
        </InstanceLink>
      )}
    </span>
  );
}

export function RequestsSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="divide-y divide-line rounded-card border border-line bg-surface">
      {[0, 1].map((row) => (
        <div key={row} className="flex flex-col gap-3 px-4 py-4">
          <span className="skeleton block h-8 w-64 max-w-full" />
          <span className="skeleton block h-5 w-80 max-w-full" />
          <span className="skeleton block h-5 w-56 max-w-full" />
          <span className="skeleton block h-9 w-72 max-w-full" />
        </div>
      ))}
    </div>
  );
}

const appearances = {
  approved: { icon: CircleCheck, tone: 'text-allowed' },
  refused: { icon: CircleX, tone: 'text-muted' },
  withdrawn: { icon: CircleMinus, tone: 'text-muted' },
} as const;

/** Omit `grant` if it is unknown. */
export function DecidedLine(
  props: Pick<DecidedRequest, 'decidedBy' | 'decidedAt'> & {
    readonly status: keyof typeof appearances;
    readonly grant?: DecidedRequest['grant'];
  },
): ReactNode {
  const { status, decidedBy, decidedAt, grant } = props;
  const { t, i18n } = useTranslation();
  const personName = usePersonName();
  const { icon: Icon, tone } = appearances[status];
  const duration =
    grant == null
      ? null
      : grant.expiresAt === null
        ? t('duration.good')
        : formatDuration(
            Math.round((Date.parse(grant.expiresAt) - Date.parse(decidedAt ?? grant.grantedAt)) / 1000),
            i18n.language,
          );
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
      <span className="font-medium">{t(`requests.status.${status}`)}</span>
      {duration !== null && <span>{duration}</span>}
      {decidedBy !== null && (
        <span className="wrap-anywhere">{t('requests.by', { name: personName(decidedBy) })}</span>
      )}
      {decidedAt !== null && (
        <span className="text-sm text-muted">
          <RelativeTime at={decidedAt} />
        </span>
      )}
    </span>
  );
}
