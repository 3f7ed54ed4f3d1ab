import type { DebugCode, ModelDebug } from './result.ts';

/** What a model says beyond its verdict. */
type Details = Omit<ModelDebug, 'allow' | 'code' | 'support_link'>;

export function allowed(details: Details): ModelDebug {
  return { allow: true, code: 'allow', ...details };
}

export function denied(code: DebugCode, details: Details): ModelDebug {
  return { allow: false, code, support_link: `https://docs.permit.io/errors/${code}`, ...details };
}
