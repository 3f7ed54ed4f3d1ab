import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Show the text beside the button too: it can still be selected when access to the clipboard is denied. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
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
    <>
      <button
        type="button"
        onClick={copy}
        aria-label={`${t('copy.copy')}: ${label}`}
        className="relative inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:after:absolute pointer-coarse:after:-inset-2"
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </button>
      <output className="sr-only">{copied ? t('copy.copied') : ''}</output>
    </>
  );
}
