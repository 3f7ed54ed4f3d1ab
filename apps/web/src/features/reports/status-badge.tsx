import { CircleCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const looks = {
  draft: { Icon: CircleDashed, look: 'bg-sunken text-muted' },
  published: { Icon: CircleCheck, look: 'bg-info-wash text-info' },
} as const;

export function StatusBadge({ status }: { readonly status: keyof typeof looks }): ReactNode {
  const { t } = useTranslation();
  const { Icon, look } = looks[status];
  return (
    <span
      className={`inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap ${look}`}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      {t(`status.${status}`)}
    </span>
  );
}
