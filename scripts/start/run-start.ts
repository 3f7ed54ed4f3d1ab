import { readOptions } from '../read-options.ts';
import { bringUp, READY_TIMEOUT_MS } from './bring-up.ts';
import { claim, ObstaclesError } from './claim.ts';
import { launcherExit } from './launcher-exit.ts';
import { createReport, describeSettings, printWelcome } from './report.ts';
import { readSettings, SettingsError } from './settings.ts';
import { ChildDiedError, createSupervisor } from './supervisor.ts';

const usage = `Starts Latchkey: the emulators of Logto and Permit, the server with its PostgreSQL, the web app.

  pnpm start [--verbose] [--json] [--development] [--public-url URL | --tunnel]
  pnpm dev   the same with --development

  --verbose      print all output of the processes, not only warnings; DATA_DIR/logs always has it
  --json         print one line of JSON on stdout when everything is ready
  --development  run the sources, with Vite's development server; by default, server and web app are built as they ship
  --public-url   an address at which Logto reaches this machine; its webhook points there until the end
  --tunnel       the same through an ngrok tunnel; needs NGROK_AUTHTOKEN and the package @ngrok/ngrok
  --help         print this

For ports, data, and a real Logto and Permit, see .env.example. A variable in .env overrides the one there, and the
real environment overrides both. Ctrl-C stops everything; the data stays in DATA_DIR (.data) until "pnpm reset".
`;

async function main(): Promise<void> {
  const { verbose, json, development, ...options } = readOptions(usage, {
    verbose: { type: 'boolean' },
    json: { type: 'boolean' },
    development: { type: 'boolean' },
    'public-url': { type: 'string' },
    tunnel: { type: 'boolean' },
  });
  const publicUrl = options['public-url'];
  const exposure = options.tunnel === true ? ['--tunnel'] : publicUrl && ['--public-url', publicUrl];
  const began = performance.now();
  const report = createReport();
  const settings = readSettings(process.env, { development: development === true });
  const release = await claim(settings, (line) => report.line(line));
  const supervisor = createSupervisor({ settings, report, verbose: verbose === true });
  const stopped = Promise.race([launcherExit(), firstSignal(() => supervisor.kill())]);
  const childDied = new Promise<never>((_, reject) => {
    supervisor.signal.addEventListener('abort', () => reject(supervisor.signal.reason));
  });
  try {
    report.line('\n  Latchkey\n');
    const ready = bringUp({ settings, report, supervisor, exposure: exposure || undefined }).then(() => {
      printWelcome(settings, (performance.now() - began) / 1000);
      if (json === true) process.stdout.write(`${JSON.stringify(describeSettings(settings))}\n`);
    });
    // Waits for a stop request or the unexpected exit of a child, even before everything is ready.
    await Promise.race([stopped, childDied, ready.then(() => stopped)]);
    report.line('  Stopping…');
  } finally {
    await supervisor.stop();
    release();
  }
}

/** @param onSecond - called at every signal after the first */
function firstSignal(onSecond: () => void): Promise<void> {
  return new Promise((resolve) => {
    let isFirst = true;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (!isFirst) onSecond();
        isFirst = false;
        resolve();
      });
    }
  });
}

function explain(error: unknown): string {
  if (error instanceof SettingsError)
    return `${error.message}\nSet them in .env or in the environment: see .env.example.`;
  if (error instanceof ObstaclesError || error instanceof ChildDiedError) return error.message;
  // For instance, a folder that cannot be written: the message has its path.
  if (error instanceof Error && 'syscall' in error) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `Not everything was ready within ${READY_TIMEOUT_MS / 1000} s, so everything was stopped. The logs are in DATA_DIR/logs.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().then(
  // The signal listeners would keep this process running, although everything has stopped.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`\n${explain(error).replaceAll(/^/gm, '  ')}\n\n`);
    process.exit(1);
  },
);
