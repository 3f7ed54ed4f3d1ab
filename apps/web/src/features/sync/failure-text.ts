import type { Translate } from '../../i18n/translate.ts';
import type { FailureCode } from './sync-types.ts';

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
