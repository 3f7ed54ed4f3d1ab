import { z } from 'zod';

const Environment = z.object({
  PERMIT_API_URL: z.url().default('https://api.permit.io'),
  PERMIT_API_KEY: z.string({ error: 'is missing' }).min(1, 'is empty'),
});

export type Env = z.output<typeof Environment>;

/** @throws {Error} naming every variable that is missing or wrong, without showing values. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const parsed = Environment.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The environment is not complete.\n  ${problems.join('\n  ')}`);
}
