import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../pieces/copy-button.tsx';

/** The error as it was worded: to be read, searched for, and sent to someone. */
export function FailureDetail({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  const label = t('sync.delivery.detail');
  return (
    <div className="flex items-start gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3">
      <p className="min-w-0 flex-1 py-1 text-xs">
        {label}
        <code className="block font-mono break-words text-ink">{text}</code>
      </p>
      <CopyButton label={label} text={text} />
    </div>
  );
}
