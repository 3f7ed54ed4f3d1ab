/** An error that the user of the CLI can fix. `code` is stable: `SERVER_…`, `LOGTO_…`, or a code of the server. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
  readonly code: string;
  /** The problem. */
  readonly says: string;
  /** How to fix it. */
  readonly fix: string;
  constructor(code: string, { says, fix }: { readonly says: string; readonly fix: string }) {
    super(`${says}\n${fix}`);
    this.code = code;
    this.says = says;
    this.fix = fix;
  }
}

/** Returns the error if it is an {@link ActionableError}; rethrows any other. For `catch`. */
export function asActionable(error: unknown): ActionableError {
  if (error instanceof ActionableError) return error;
  throw error;
}

/** Throws, for `value ?? settingMissing(…)`. @throws {ActionableError} `SETTING_MISSING` */
export function settingMissing(says: string, fix: string): never {
  throw new ActionableError('SETTING_MISSING', { says, fix });
}
