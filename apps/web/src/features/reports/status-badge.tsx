import { CircleCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const styles = {
  draft: { Icon: CircleDashed, colours: 'bg-sunken text-muted' },
  published: { Icon: CircleCheck, colours: 'bg-info-wash text-info' },
} as const;

export function StatusBadge({ status }: { readonly status: keyof typeof styles }): ReactNode {
  const { t } = useTranslation();
  const { Icon, colours } = styles[status];
  return (
    <span
      className={`inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap ${colours}`}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`reports.status.${status}`)}
    </span>
  );
}
