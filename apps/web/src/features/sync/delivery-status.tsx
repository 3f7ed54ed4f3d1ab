import { CircleCheck, CircleMinus, Clock3, MailWarning, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { DeliveryStatus as Status } from './filters.ts';

const styles: Readonly<Record<Status, { Icon: LucideIcon; tone: string }>> = {
  pending: { Icon: Clock3, tone: 'text-info' },
  applied: { Icon: CircleCheck, tone: 'text-allowed' },
  ignored: { Icon: CircleMinus, tone: 'text-muted' },
  failed: { Icon: MailWarning, tone: 'text-denied' },
};

/** The status of a delivery as a label with an icon. A pending one that has failed is shown as "trying again". */
export function DeliveryStatus(props: { readonly status: Status; readonly attempts: number }): ReactNode {
  const { status, attempts } = props;
  const { t } = useTranslation();
  const retrying = status === 'pending' && attempts > 0;
  const { Icon, tone } = retrying ? { Icon: RotateCw, tone: 'text-unknown' } : styles[status];
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
      {retrying ? t('sync.retrying') : t(`sync.status.${status}`)}
    </span>
  );
}
