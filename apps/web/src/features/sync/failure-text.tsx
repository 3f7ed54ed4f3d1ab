import type { Translate } from '../../i18n/translate.ts';
import type { FailureCode } from './sync-status.ts';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../ui/copyable.tsx';

const codes = [
  'PERMIT_UNAVAILABLE',
  'PERMIT_RATE_LIMITED',
  'PERMIT_FORBIDDEN',
  'PERMIT_REFUSED',
  'LOGTO_UNAVAILABLE',
  'LOGTO_RATE_LIMITED',
  'LOGTO_FORBIDDEN',
  'LOGTO_REFUSED',
  'PAYLOAD_UNUSABLE',
  'ABANDONED',
  'INTERNAL',
] as const satisfies readonly FailureCode[];

/** Why it failed, and what to do. An unknown code from a newer server is treated as `INTERNAL`. */
export function failureText(code: string, t: Translate): { readonly why: string; readonly todo: string } {
  const known = codes.find((one) => one === code) ?? 'INTERNAL';
  return { why: t(`sync.failure.${known}.why`), todo: t(`sync.failure.${known}.todo`) };
}

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
