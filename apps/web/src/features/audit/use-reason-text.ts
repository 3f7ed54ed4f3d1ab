import { useTranslation } from '../../i18n/use-translation.tsx';
import type { messages } from './messages.en.ts';
import type { AuditEvent } from './audit-types.ts';

type Reason = keyof (typeof messages)['reason'];

/** The reason of a denial or an outage as text; an unknown code is shown unchanged. */
export function useReasonText(): (event: Pick<AuditEvent, 'reason'>) => string | null {
  const { t, i18n } = useTranslation();
  const isKnown = (reason: string): reason is Reason => i18n.exists(`audit.reason.${reason}`);
  return ({ reason }) => (reason !== null && isKnown(reason) ? t(`audit.reason.${reason}`) : reason);
}
