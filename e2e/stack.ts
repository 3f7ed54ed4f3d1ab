import { z } from 'zod';

/** Where the whole under test answers: the line that `start --json` prints. */
const Stack = z.object({
  web: z.url(),
  server: z.url(),
  logto: z.url(),
  permitApi: z.url(),
  permitPdp: z.url(),
  permitApiKey: z.string(),
  /** Who can sign in. */
  people: z.array(z.object({ username: z.string(), password: z.string() })),
});
export type Stack = z.output<typeof Stack>;

const VARIABLE = 'LATCHKEY_E2E_STACK';

/** Tells the workers, which inherit the environment of the setup. */
export function publishStack(line: string): void {
  process.env[VARIABLE] = JSON.stringify(Stack.parse(JSON.parse(line)));
}

export function readStack(): Stack {
  return Stack.parse(JSON.parse(process.env[VARIABLE] ?? 'null'));
}
