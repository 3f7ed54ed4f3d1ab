import { useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** An id with a copy button. The full id is in the tooltip, and is shown when the clipboard cannot be written. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  const [whole, setWhole] = useState(false);
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3 text-sm">
      <span className="min-w-0 text-muted wrap-anywhere">{label}</span>
      <code className={`font-mono text-xs ${whole ? 'break-all' : 'whitespace-nowrap'}`} title={text}>
        {whole ? text : shortId(text)}
      </code>
      <CopyButton label={label} text={text} onDenied={() => setWhole(true)} />
    </span>
  );
}

/** `onDenied` is called when the clipboard cannot be written: show the text then, so that it can be selected. */
export function CopyButton(props: {
  readonly label: string;
  readonly text: string;
  readonly onDenied?: () => void;
}): ReactNode {
  const { label, text, onDenied } = props;
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text);
    setCopied(isCopied);
    if (!isCopied) onDenied?.();
  };
  const Icon = copied ? Check : Copy;
  return (
    <>
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={`${t('copy.copy')}: ${label}`}
        className="relative inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:after:absolute pointer-coarse:after:-inset-2"
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </button>
      <output className="sr-only">{copied ? t('copy.copied') : ''}</output>
    </>
  );
}

/** Returns whether the text was copied. The browser can deny it, and offers no clipboard to a page without HTTPS. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The number of trailing characters of an id to show: ids are for copying, not for reading. */
const shown = 6;

export function shortId(id: string): string {
  return id.length <= 2 * shown ? id : `…${id.slice(-shown)}`;
}
