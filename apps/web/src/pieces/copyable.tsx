import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** An id to hand to someone else. Where the clipboard is forbidden the text can still be selected. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  const Icon = copied ? Check : Copy;
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3 text-sm">
      <span className="whitespace-nowrap text-muted">{label}</span>
      <code className="truncate font-mono text-xs">{text}</code>
      <button
        type="button"
        onClick={copy}
        aria-label={`${t('copy.copy')}: ${label}`}
        className="inline-flex size-7 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </button>
      <output className="sr-only">{copied ? t('copy.copied') : ''}</output>
    </span>
  );
}
