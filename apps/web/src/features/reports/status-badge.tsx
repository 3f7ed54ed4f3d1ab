import { CircleCheck, CircleDashed, LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';

const styles = {
  draft: { Icon: CircleDashed, colours: 'bg-sunken text-muted' },
  published: { Icon: CircleCheck, colours: 'bg-info-wash text-info' },
} as const;

/** Hidden for a report that is not confidential. */
export function ClassificationBadge(props: {
  readonly classification: 'normal' | 'confidential';
}): ReactNode {
  const { t } = useTranslation();
  if (props.classification === 'normal') return null;
  return (
    <span className={`${badge} border border-line-strong`}>
      <LockKeyhole aria-hidden="true" className="size-3.5" />
      {t('reports.classification.confidential')}
    </span>
  );
}

const badge = 'inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap';

export function StatusBadge({ status }: { readonly status: keyof typeof styles }): ReactNode {
  const { t } = useTranslation();
  const { Icon, colours } = styles[status];
  return (
    <span className={`${badge} ${colours}`}>
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`reports.status.${status}`)}
    </span>
  );
}
