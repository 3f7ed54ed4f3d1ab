import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../components/date-format.ts';
import { Quote } from 'lucide-react';
import { formatDuration } from '../../components/duration.ts';
import { RoleBadge } from '../../components/role-badge.tsx';
import { isPermission, isReportRole, isShown } from '../../policy.ts';
import { aboutOf, type DecidedRequest, type RequestDetails } from './request-types.ts';

/** The requester's roles in the organization and on the report or collection. */
export function HeldRoles({ holds }: Pick<RequestDetails, 'holds'>): ReactNode {
  const { t } = useTranslation();
  if (holds.length === 0) return <span className="text-muted">{t('requests.holdsNothing')}</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <span className="text-muted">{t('requests.holds')}</span>
      {holds.map(({ role, instance }) =>
        instance === undefined ? (
          <RoleBadge key={role} role={role} />
        ) : (
          <span key={`${role} ${instance}`} className="text-sm">
            {isReportRole(role)
              ? t(
                  `requests.heldOn.${instance.startsWith('collections:') ? 'collections' : 'reports'}.${role}`,
                )
              : role}
          </span>
        ),
      )}
    </span>
  );
}

/** The permissions that it would add, in bold, because they matter for the decision. */
export function Adds({
  adds,
  heldUntil,
  target,
}: Pick<RequestDetails, 'adds' | 'heldUntil' | 'target'>): ReactNode {
  const { t, i18n } = useTranslation();
  if (heldUntil !== null) {
    const format = dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
    return (
      <strong className="font-semibold">
        {t('requests.extends', { date: format.format(new Date(heldUntil)) })}
      </strong>
    );
  }
  const words = adds.filter((one) => isPermission(one) && isShown(one)).map((one) => t(`permission.${one}`));
  if (words.length === 0) return <span className="text-muted">{t('requests.addsNothing')}</span>;
  return (
    <span>
      <span className="text-muted">{t('requests.adds')}</span>{' '}
      <strong className="font-semibold">{words.join(', ')}</strong>
      {aboutOf(target) === 'collections' && <span className="text-muted"> {t('requests.passedDown')}</span>}
    </span>
  );
}

/** The requester's reason. */
export function Reason({ reason }: Pick<DecidedRequest, 'reason'>): ReactNode {
  return (
    <blockquote className="flex max-w-2xl gap-2 text-ink">
      <Quote aria-hidden="true" className="mt-1 size-3.5 shrink-0 text-muted" />
      <span className="whitespace-pre-wrap wrap-anywhere">{reason}</span>
    </blockquote>
  );
}

/** The requested duration. */
export function HowLong({ duration }: Pick<DecidedRequest, 'duration'>): ReactNode {
  const { t, i18n } = useTranslation();
  return duration === null
    ? t('requests.forGood')
    : t('requests.forTime', { duration: formatDuration(duration, i18n.language) });
}
