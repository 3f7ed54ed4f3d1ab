import { styleText } from 'node:util';
import { seedUsers } from './seed-users.ts';
import type { Settings } from './settings.ts';

export interface Report {
  /** Runs a step, then prints its name, its result and its duration. */
  step(name: string, run: () => Promise<string>): Promise<void>;
  childLine(name: string, text: string): void;
  line(text?: string): void;
}

/** `styleText` adds no colours if the stream is not a terminal, or if NO_COLOR is set. */
const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const green = (text: string): string => styleText('green', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });

const NAME_WIDTH = 10;
const DETAIL_WIDTH = 62;

function line(text = ''): void {
  process.stderr.write(`${text}\n`);
}

/** Creates a report on stderr: stdout is reserved for `--json`. */
export function createReport(): Report {
  return {
    async step(name, run) {
      const began = performance.now();
      const detail = await run();
      const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`;
      line(
        `  ${green('✓')} ${name.padEnd(NAME_WIDTH)}${detail.padEnd(DETAIL_WIDTH)}${dim(seconds.padStart(7))}`,
      );
    },
    childLine: (name, text) => line(`  ${dim(`${name} │`)} ${text}`),
    line,
  };
}

export function printWelcome(settings: Settings, seconds: number): void {
  line();
  line(`  Ready in ${seconds.toFixed(1)} s.  Open ${bold(settings.webUrl)}`);
  if (settings.logto.emulatorPort !== undefined) {
    line();
    line(dim(`  ${'Username'.padEnd(11)}${'Password'.padEnd(18)}${'Role'.padEnd(9)}Person`));
    for (const { username, password, role, name } of seedUsers) {
      line(`  ${username.padEnd(11)}${password.padEnd(18)}${role.padEnd(9)}${name}`);
    }
    line();
    line(dim('  Or sign up with your own name: the default role is viewer.'));
  }
  line(dim('  Ctrl-C stops everything and keeps the data.'));
  line();
}

/** For programs that run `start`. It has the emulator's Permit key, but never a live one. */
export function describeSettings({ webUrl, serverUrl, logto, permit, environment }: Settings): object {
  return {
    web: webUrl,
    server: serverUrl,
    logto: logto.endpoint,
    permitApi: permit.apiUrl,
    permitPdp: permit.pdpUrl,
    ...(permit.emulatorPorts !== undefined && { permitApiKey: environment['PERMIT_API_KEY'] }),
    people: logto.emulatorPort === undefined ? [] : seedUsers,
  };
}
