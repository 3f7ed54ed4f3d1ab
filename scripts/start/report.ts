import { styleText } from 'node:util';
import { people } from './people.ts';
import type { Settings } from './settings.ts';

export interface Report {
  /** Runs a step, and prints it with what it resolved to and how long it took. */
  step(name: string, run: () => Promise<string>): Promise<void>;
  /** A line that a child said. */
  said(name: string, text: string): void;
  line(text?: string): void;
}

/** `styleText` itself leaves colours out where the stream is no terminal or NO_COLOR says so. */
const dim = (text: string): string => styleText('dim', text, { stream: process.stderr });
const green = (text: string): string => styleText('green', text, { stream: process.stderr });
const bold = (text: string): string => styleText('bold', text, { stream: process.stderr });

const NAME_WIDTH = 10;
const DETAIL_WIDTH = 62;

function line(text = ''): void {
  process.stderr.write(`${text}\n`);
}

/** Prints on stderr, so that `--json` has stdout for itself. */
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
    said: (name, text) => line(`  ${dim(`${name} │`)} ${text}`),
    line,
  };
}

/** The console's address and, with the emulator, who may sign in. */
export function printWelcome(settings: Settings, seconds: number): void {
  line();
  line(`  Ready in ${seconds.toFixed(1)} s.  Open ${bold(settings.webUrl)}`);
  if (settings.logto.emulatorPort !== undefined) {
    line();
    line(dim(`  ${'Username'.padEnd(11)}${'Password'.padEnd(18)}${'Role'.padEnd(9)}Person`));
    for (const { username, password, role, name } of people) {
      line(`  ${username.padEnd(11)}${password.padEnd(18)}${role.padEnd(9)}${name}`);
    }
    line();
    line(dim('  Or sign up with a name of your own: the default role is viewer.'));
  }
  line(dim('  Ctrl-C stops everything; the data stay.'));
  line();
}
