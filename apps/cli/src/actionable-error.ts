/** An error that the user of the CLI can fix. `code` is stable: `SERVER_…`, `LOGTO_…`, or a code of the server. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
  readonly code: string;
  readonly says: string;
  readonly fix: string;
  constructor(code: string, { says, fix }: { readonly says: string; readonly fix: string }) {
    super(`${says}\n${fix}`);
    this.code = code;
    this.says = says;
    this.fix = fix;
  }
}

/** For `.catch`: returns an {@link ActionableError}, and rethrows any other error. */
export function asActionable(error: unknown): ActionableError {
  if (error instanceof ActionableError) return error;
  throw error;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws, for `value ?? settingMissing(…)`. @throws {ActionableError} `SETTING_MISSING` */
export function settingMissing(says: string, fix: string): never {
  throw new ActionableError('SETTING_MISSING', { says, fix });
}

/** The error after Ctrl-C part-way. */
export function stopped(done: number, total: number): ActionableError {
  return new ActionableError('STOPPED', {
    says: `Stopped: ${done} of ${total} objects changed, and they stay.`,
    fix: 'Run the command again for the rest.',
  });
}
