import { Check, Copy } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** `onDenied` is called when the clipboard cannot be written: show the text then, so that it can be selected. */
export function CopyButton(props: {
  readonly label: string;
  readonly text: string;
  readonly onDenied?: () => void;
}): ReactNode {
  const { label, text, onDenied } = props;
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {
        setCopied(false);
        onDenied?.();
      },
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
