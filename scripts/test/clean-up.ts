/** `node clean-up.ts <folder>`: see run-folder.ts. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** After this many attempts, a tenth of a second apart, processes are killed: PostgreSQL takes a moment to shut down. */
const ATTEMPTS_BEFORE_KILL = 100;

const [folder = ''] = process.argv.slice(2);
// Ends when the other process has ended, or has closed the pipe.
for await (const _ of process.stdin);

let using = processesUsing(folder);
process.stdout.on('error', () => {}); // Nobody may be left to read it.
process.stdout.write([...using.values()].map((command) => `${command}\n`).join(''));
for (let attempt = 0; using.size > 0; attempt += 1) {
  // SIGINT: PostgreSQL disconnects its clients and stops.
  for (const pid of using.keys()) signal(pid, attempt < ATTEMPTS_BEFORE_KILL ? 'SIGINT' : 'SIGKILL');
  await sleep(100);
  using = processesUsing(folder);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });

/** The command lines of the processes whose environment or command line names the folder, by pid. */
function processesUsing(path: string): ReadonlyMap<number, string> {
  const all = process.platform === 'linux' ? readProc() : readPs();
  return new Map(
    all
      .filter(({ pid, text }) => pid !== process.pid && text.includes(path))
      .map(({ pid, command }) => [pid, command]),
  );
}

interface Listed {
  readonly pid: number;
  readonly command: string;
  /** Command line and environment. */
  readonly text: string;
}

function readProc(): Listed[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => {
      try {
        const read = (name: string): string =>
          readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
        const command = read('cmdline').trim();
        return [{ pid, command, text: `${command} ${read('environ')}` }];
      } catch {
        return []; // It has ended, or belongs to somebody else.
      }
    });
}

function readPs(): Listed[] {
  const lines = execFileSync('ps', ['-Aww', '-E', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => {
    const [pid = '', ...words] = line.trim().split(' ');
    return { pid: Number(pid), command: words.slice(0, 4).join(' '), text: line };
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
