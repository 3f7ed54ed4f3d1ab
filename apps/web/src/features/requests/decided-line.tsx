import { CircleCheck, CircleMinus, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { usePersonName } from '../../shared/person.tsx';
import { formatDuration } from '../../ui/format-time.ts';
import { RelativeTime } from '../../ui/time.tsx';
import type { DecidedRequest } from './request-facts.tsx';

const appearances = {
  approved: { icon: CircleCheck, tone: 'text-allowed' },
  refused: { icon: CircleX, tone: 'text-muted' },
  withdrawn: { icon: CircleMinus, tone: 'text-muted' },
} as const;

/** The decision with its approver and time, in one line. `grant` is left out when unknown. */
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
        ? t('requests.forGood')
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
