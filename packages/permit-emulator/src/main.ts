import { parseArgs } from 'node:util';
import { PortInUseError, readSeed, SeedFileError } from '@latchkey/emulator-kit';
import { ValidationError } from './errors.ts';
import { parseSeed } from './seed.ts';
import { start, type Emulator } from './start.ts';

const usage = `Permit.io, offline: the management API, the PDP and OPA on this machine.

  permit-emulator [options]

  --port <n>                 management API (8000; 0 picks a free one)
  --pdp-port <n>             PDP (7766)
  --opa-port <n|off>         OPA listener, for check(..., { useOpa: true }) (8181)
  --host <address>           interface to listen on (127.0.0.1: this machine only)
  --seed <file>              JSON or YAML with what there is in the beginning
  --data-dir <folder>        store the state there (in memory otherwise)
  --propagation-delay <ms>   let the PDP see writes only after a while (0)
  --key <key>                API key of the default environment
  --free-plan                apply the rate limits of Permit's free plan
  --hosted-pdp               behave as the PDP that Permit hosts: no conditions
  --strict                   refuse what Permit would accept and could not mean
  --no-vendor-quirks         do not reproduce the vendor's known bugs
  --json                     print one line of JSON when ready
  --help
`;

/** Printed without a stack. */
class UsageError extends Error {}

function port(name: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535)
    throw new UsageError(`--${name} takes a port number, not '${value}'.`);
  return number;
}

function readArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8000' },
      'pdp-port': { type: 'string', default: '7766' },
      'opa-port': { type: 'string', default: '8181' },
      host: { type: 'string' },
      seed: { type: 'string' },
      'data-dir': { type: 'string' },
      'propagation-delay': { type: 'string', default: '0' },
      key: { type: 'string' },
      'free-plan': { type: 'boolean' },
      'hosted-pdp': { type: 'boolean' },
      strict: { type: 'boolean' },
      'no-vendor-quirks': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
}

async function run(args: readonly string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const delay = Number(values['propagation-delay']);
  if (!(delay >= 0)) throw new UsageError('--propagation-delay takes a number of milliseconds.');
  const ports = {
    port: port('port', values.port),
    pdpPort: port('pdp-port', values['pdp-port']),
    opaPort: values['opa-port'] === 'off' ? ('off' as const) : port('opa-port', values['opa-port']),
  };
  const emulator = await start({
    ...ports,
    host: values.host,
    seed: values.seed === undefined ? undefined : parseSeed(await readSeed(values.seed)),
    dataDir: values['data-dir'],
    propagationDelay: delay,
    key: values.key,
    freePlan: values['free-plan'] === true,
    hostedPdp: values['hosted-pdp'] === true,
    strict: values.strict === true,
    vendorQuirks: values['no-vendor-quirks'] !== true,
  }).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error;
    const option = error.port === ports.pdpPort ? '--pdp-port' : '--port';
    throw new UsageError(
      `Port ${error.port} is already in use. Choose another with ${option} (0 picks a free one).`,
    );
  });
  // Before the line that reports readiness: its reader may send a signal immediately.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void emulator.close().then(() => process.exit(0));
    });
  }
  announce(emulator, values.json === true);
}

function announce(emulator: Emulator, asJson: boolean): void {
  const { url, pdpUrl, opaUrl, keys, projectId, environmentId, opaError } = emulator;
  if (opaError !== undefined) {
    process.stderr.write(
      `No OPA listener: ${opaError.message} The rest works. Choose another port with --opa-port, or use --opa-port off.\n`,
    );
  }
  if (asJson) {
    process.stdout.write(
      `${JSON.stringify({ url, pdpUrl, opaUrl: opaUrl ?? null, keys, projectId, environmentId })}\n`,
    );
    return;
  }
  process.stdout.write(`Permit, offline. For this machine only; nothing leaves it.

  API   ${url}   (a page for people is there, too)
  PDP   ${pdpUrl}
  OPA   ${opaUrl ?? 'off'}
  Key   ${keys.environment}

  new Permit({ token: '<key>', apiUrl: '${url}', pdp: '${pdpUrl}' })
`);
}

export async function main(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    const expected = [UsageError, SeedFileError, ValidationError];
    const isExpected = expected.some((kind) => error instanceof kind) || 'code' in Object(error);
    const text = error instanceof Error && !isExpected ? error.stack : Object(error).message;
    process.stderr.write(`permit-emulator: ${text}\n`);
    process.exitCode = 1;
  }
}
