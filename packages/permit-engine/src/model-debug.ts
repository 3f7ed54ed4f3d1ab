import type { DebugCode, ModelDebug } from './result.ts';

/** The fields of a model's debug output besides its verdict. */
type Details = Omit<ModelDebug, 'allow' | 'code' | 'support_link'>;

export function allowed(details: Details): ModelDebug {
  return { allow: true, code: 'allow', ...details };
}

export function denied(code: DebugCode, details: Details): ModelDebug {
  return { allow: false, code, support_link: `https://docs.permit.io/errors/${code}`, ...details };
}
