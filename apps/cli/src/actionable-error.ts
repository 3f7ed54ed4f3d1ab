/** An error that the user of the CLI can fix. `code` is stable: `SERVER_…`, `LOGTO_…`, or a code of the server. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
  readonly code: string;
  /** What is wrong. */
  readonly says: string;
  /** What to do about it. */
  readonly fix: string;
  constructor(code: string, { says, fix }: { readonly says: string; readonly fix: string }) {
    super(`${says}\n${fix}`);
    this.code = code;
    this.says = says;
    this.fix = fix;
  }
}

/** For `catch`: an {@link ActionableError} is a value to go on with, any other error is thrown again. */
export function asActionable(error: unknown): ActionableError {
  if (error instanceof ActionableError) return error;
  throw error;
}
