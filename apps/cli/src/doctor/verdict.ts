import { ActionableError } from '../actionable-error.ts';

/** What a check found, a line for people: `failed` and `skipped` say what to do. */
export type Verdict =
  | { readonly state: 'ok'; readonly about: string; readonly says: string }
  | {
      readonly state: 'failed' | 'skipped';
      readonly about: string;
      readonly says: string;
      readonly fix: string;
    };

export function ok(about: string, says: string): Verdict {
  return { state: 'ok', about, says };
}

export function failed(about: string, says: string, fix: string): Verdict {
  return { state: 'failed', about, says, fix };
}

/** For what ended in an error that says what to do; any other is thrown again. */
export function failedBy(about: string, error: unknown): Verdict {
  if (error instanceof ActionableError) return failed(about, error.says, error.fix);
  throw error;
}

/** For what was not asked, because a setting is not there. */
export function skipped(about: string, says: string, fix: string): Verdict {
  return { state: 'skipped', about, says, fix };
}
