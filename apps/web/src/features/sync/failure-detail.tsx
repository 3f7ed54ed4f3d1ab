import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../components/copy-button.tsx';

/** The original error message, with a copy button. */
export function FailureDetail({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex items-start gap-2">
      <code className="min-w-0 font-mono text-xs leading-5 break-words">{text}</code>
      <span className="-my-1">
        <CopyButton label={t('sync.delivery.detail')} text={text} />
      </span>
    </div>
  );
}
