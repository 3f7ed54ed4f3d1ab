import { readOptions } from './read-options.ts';
import { bringUp, PATIENCE_MS } from './start/bring-up.ts';
import { DataInUseError, takeDataFolder } from './start/data-in-use.ts';
import { people } from './start/people.ts';
import { BusyPortsError, checkPorts } from './start/ports.ts';
import { createReport, printWelcome } from './start/report.ts';
import { readSettings, type Settings, SettingsError } from './start/settings.ts';
import { stopRequest } from './start/stop-request.ts';
import { ChildDiedError, createSupervisor } from './start/supervisor.ts';

const usage = `Starts Latchkey: the emulators of Logto and Permit, the server with its PostgreSQL, the web app.

  pnpm start [--verbose] [--json]

  --verbose   print all that the processes say, not only warnings; DATA_DIR/logs has it in any case
  --json      print one line of JSON on stdout when everything is ready
  --help      print this

Ports, data and the way to a real Logto and Permit: see .env.example. A variable in .env beats the one there, and the
real environment beats both. Ctrl-C stops everything; what was entered stays in DATA_DIR (.data) until "pnpm reset".
`;

async function main(): Promise<void> {
  const { verbose, json } = readOptions(usage, { verbose: { type: 'boolean' }, json: { type: 'boolean' } });
  const began = performance.now();
  const report = createReport();
  const settings = readSettings();
  const giveDataBack = takeDataFolder(settings.dataDir);
  const supervisor = createSupervisor({ settings, report, verbose: verbose === true });
  const asked = stopRequest(() => supervisor.kill());
  const childDied = new Promise<never>((_, reject) => {
    supervisor.signal.addEventListener('abort', () => reject(supervisor.signal.reason));
  });
  try {
    await checkPorts(settings.ports);
    report.line('\n  Latchkey\n');
    const ready = bringUp({ settings, report, supervisor }).then(() => {
      printWelcome(settings, (performance.now() - began) / 1000);
      if (json === true) process.stdout.write(`${JSON.stringify(describe(settings))}\n`);
    });
    // Up or not, it ends when somebody asks, or with the first child that ends.
    await Promise.race([asked, childDied, ready.then(() => asked)]);
    report.line('  Stopping…');
  } finally {
    await supervisor.stop();
    giveDataBack();
  }
}

/** For whoever drives the whole by a program: the browser tests. */
function describe({ webUrl, serverUrl, logto, permit, environment }: Settings): object {
  return {
    web: webUrl,
    server: serverUrl,
    logto: logto.endpoint,
    permitApi: permit.apiUrl,
    permitPdp: permit.pdpUrl,
    permitApiKey: environment['PERMIT_API_KEY'],
    people: logto.emulatorPort === undefined ? [] : people,
  };
}

function explain(error: unknown): string {
  const expected = [SettingsError, BusyPortsError, DataInUseError, ChildDiedError];
  if (error instanceof Error && expected.some((kind) => error instanceof kind)) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `Not everything was ready within ${PATIENCE_MS / 1000} s. What the processes said is in DATA_DIR/logs.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().then(
  // Listeners for signals would keep the process; everything is stopped by now.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`\n${explain(error).replaceAll(/^/gm, '  ')}\n\n`);
    process.exit(1);
  },
);
