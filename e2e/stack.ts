import { z } from 'zod';

/** The addresses of the system under test: the line that `start --json` prints. */
const Stack = z.object({
  web: z.url(),
  server: z.url(),
  logto: z.url(),
  permitApi: z.url(),
  permitPdp: z.url(),
  permitApiKey: z.string(),
  /** The users that can sign in. */
  people: z.array(z.object({ username: z.string(), password: z.string() })),
});
export type Stack = z.output<typeof Stack>;

const VARIABLE = 'LATCHKEY_E2E_STACK';

/** Reads the line that `start --json` printed. */
export function parseStack(line: string): Stack {
  return Stack.parse(JSON.parse(line));
}

/** Publishes the line to this process's helpers that are not fixtures. */
export function publishStack(line: string): void {
  process.env[VARIABLE] = JSON.stringify(parseStack(line));
}

/** Reads the line that `publishStack` has published. */
export function readStack(): Stack {
  return Stack.parse(JSON.parse(process.env[VARIABLE] ?? 'null'));
}
