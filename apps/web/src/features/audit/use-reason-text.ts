import { useTranslation } from 'react-i18next';
import type { messages } from './messages.en.ts';
import type { AuditEvent } from './audit-types.ts';

type Reason = keyof (typeof messages)['reason'];

const reasons = [
  'unknown_subject',
  'no_role_in_tenant',
  'no_permission',
  'unknown_permission',
  'denied',
  'timeout',
  'connection',
  'status',
  'malformed',
  'circuit',
] as const satisfies readonly Reason[];

/** Why a decision was no, or why there was none, in words; a code that is not known stays as it is. */
export function useReasonText(): (event: Pick<AuditEvent, 'reason'>) => string | null {
  const { t } = useTranslation();
  return ({ reason }) => {
    const known = reasons.find((one) => one === reason);
    return known === undefined ? reason : t(`audit.reason.${known}`);
  };
}
