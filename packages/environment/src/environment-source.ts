/** The part of `process.env` that is read. */
export type EnvironmentSource = Readonly<Record<string, string | undefined>>;
