import { CircleCheck, CircleSlash, CloudAlert, Pencil, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { AuditEvent } from './audit-types.ts';

const looks = {
  allow: { Icon: CircleCheck, ink: 'text-allowed' },
  deny: { Icon: CircleSlash, ink: 'text-denied' },
  unavailable: { Icon: CloudAlert, ink: 'text-unknown' },
  done: { Icon: Pencil, ink: 'text-info' },
  failed: { Icon: TriangleAlert, ink: 'text-denied' },
} as const;

/** The outcome of an event: an icon and a word. */
export function Outcome({ outcome }: Pick<AuditEvent, 'outcome'>): ReactNode {
  const { t } = useTranslation();
  const { Icon, ink } = looks[outcome];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap ${ink}`}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {t(`audit.outcome.${outcome}`)}
    </span>
  );
}
