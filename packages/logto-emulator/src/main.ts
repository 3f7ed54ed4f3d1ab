import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PortInUseError, readSeed } from '@latchkey/emulator-kit';
import { z } from 'zod';
import { parseSeed } from './seed/schema.ts';
import { start, type Emulator } from './start.ts';

const usage = `logto-emulator: Logto, offline

  --port <number>       listen here; 0 picks a free port (default 3001)
  --seed <file>         initial content, JSON or YAML
  --data-dir <folder>   store the state there, across restarts
  --webhook-retries <n> try a webhook again after a 5xx: 0 as Logto up to 1.42, 3 as later versions (default 0)
  --refuse-private-webhooks  send no webhook to a loopback or private address, as Logto after 1.42
  --sign-in-as <user>   sign this user (id, username or email) in without a page, for tests
  --shuffle-lists <n>   shuffle the lists that Logto does not sort; each number gives another order
  --loopback-documents  allow Client ID Metadata Documents at https://localhost, and fetch them over HTTP
  --json                print one line of JSON when ready
  --help                print this
`;

const options = {
  port: { type: 'string', default: '3001' },
  seed: { type: 'string' },
  'data-dir': { type: 'string' },
  'webhook-retries': { type: 'string', default: '0' },
  'refuse-private-webhooks': { type: 'boolean', default: false },
  'sign-in-as': { type: 'string' },
  'shuffle-lists': { type: 'string' },
  'loopback-documents': { type: 'boolean' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const numbers = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  'webhook-retries': z.coerce.number().int().min(0).max(3),
  'shuffle-lists': z.coerce.number().int().optional(),
});

function summary({ url, issuer, managementApi, apps, hooks }: Emulator): string {
  const lines = [
    `Logto emulator at ${url}`,
    '',
    `  issuer            ${issuer}`,
    `  management API    ${managementApi.url}  (resource ${managementApi.resource})`,
    ...apps.map(
      ({ id, name, type, secret }) =>
        `  ${type.padEnd(18)}${name}  ${id}${secret === undefined ? '' : `  secret ${secret}`}`,
    ),
    ...hooks.map(
      ({ name, url: target, signingKey }) =>
        `  webhook           ${name} → ${target}  signing key ${signingKey}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function explain(error: unknown): string {
  if (error instanceof PortInUseError) {
    return `Port ${error.port} is already in use. Choose another with --port, or --port 0 for any free one.`;
  }
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { port, 'webhook-retries': retries, 'shuffle-lists': shuffle } = numbers.parse(values);
  const emulator = await start({
    port,
    webhookRetries: retries,
    refusePrivateWebhooks: values['refuse-private-webhooks'],
    shuffleLists: shuffle,
    loopbackDocuments: values['loopback-documents'],
    signInAs: values['sign-in-as'],
    seed: values.seed === undefined ? undefined : parseSeed(await readSeed(values.seed)),
    dataDir: values['data-dir'] === undefined ? undefined : resolve(values['data-dir']),
  });
  // Before the line that reports readiness: its reader may send a signal immediately.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
  process.stdout.write(values.json ? `${JSON.stringify(emulator)}\n` : summary(emulator));
}

/** Prints the addresses, and stops the emulator on SIGINT or SIGTERM. */
export async function main(): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}
