import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Archive } from './pack.ts';

/** An npm project outside this workspace, like another team's. */
export interface OutsideProject {
  readonly folder: string;
  write(file: string, text: string): void;
  /** Runs a command in the project's folder. @returns its output @throws with its output when it fails */
  run(command: string, words: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
  /** Starts a program of the project. @returns the first line that it prints */
  start(command: string, words: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
  /** The installed size on disk in bytes. */
  installedSize(): number;
  remove(): Promise<void>;
}

const blockSize = 4096;
const patience = 600_000;

/** @param dependencies - versions, as in `{ react: '19.3.1' }`, in addition to the archives */
export async function createOutsideProject(
  archives: readonly Archive[],
  dependencies: Readonly<Record<string, string>>,
): Promise<OutsideProject> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-outside-'));
  const started: ChildProcess[] = [];
  const path = [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(':');

  const project: OutsideProject = {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    async run(command, words, env = {}) {
      const options = { cwd: folder, env: { ...process.env, PATH: path, ...env }, timeout: patience };
      const { stdout } = await promisify(execFile)(command, words, options).catch((error: unknown) => {
        throw new Error(`${command} ${words.join(' ')}\n${outputOf(error)}`);
      });
      return stdout;
    },
    async start(command, words, env = {}) {
      const child = spawn(command, words, {
        cwd: folder,
        env: { ...process.env, PATH: path, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      started.push(child);
      const [line] = await Promise.race([
        once(createInterface({ input: child.stdout }), 'line'),
        once(child, 'exit').then(([code]) => Promise.reject(new Error(`${command} ended with ${code}.`))),
      ]);
      return line;
    },
    installedSize: () =>
      globSync('node_modules/**', { cwd: folder })
        .map((file) => lstatSync(join(folder, file)))
        .filter((status) => status.isFile())
        .reduce((total, { size }) => total + Math.ceil(size / blockSize) * blockSize, 0),
    async remove() {
      for (const child of started) {
        if (child.kill()) await once(child, 'exit'); // oxlint-disable-line no-await-in-loop -- two at most
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };

  const packed = Object.fromEntries(archives.map(({ name, filename }) => [name, `file:${filename}`]));
  const manifest = {
    name: 'outside',
    private: true,
    type: 'module',
    dependencies: { ...dependencies, ...packed },
  };
  project.write('package.json', JSON.stringify(manifest));
  await project.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']);
  return project;
}

function outputOf(error: unknown): string {
  const printed = z.object({ stdout: z.string(), stderr: z.string() }).safeParse(error).data;
  return printed === undefined
    ? String(error)
    : `${printed.stdout}
${printed.stderr}`;
}
