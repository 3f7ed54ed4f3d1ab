import { useTranslation } from '../../i18n/use-translation.tsx';
import type { messages } from './messages.en.ts';
import type { AuditEvent } from './audit-types.ts';

type Reason = keyof (typeof messages)['reason'];

/** Why a decision was no, or why there was none, in words; a code that is not known stays as it is. */
export function useReasonText(): (event: Pick<AuditEvent, 'reason'>) => string | null {
  const { t, i18n } = useTranslation();
  const isKnown = (reason: string): reason is Reason => i18n.exists(`audit.reason.${reason}`);
  return ({ reason }) => (reason !== null && isKnown(reason) ? t(`audit.reason.${reason}`) : reason);
}
