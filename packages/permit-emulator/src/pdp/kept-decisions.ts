import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision } from './decision.ts';

/** Decisions in a folder that one process has locked. */
interface KeptDecisions {
  read(): Decision[];
  add(decision: Decision): void;
  clear(): void;
  /** Writes what is not yet written. */
  close(): void;
}

/**
 * Keeps at least the last `capacity` decisions in two files: a full one takes the place of the older one. Decisions
 * are written together after each turn of the event loop, so that a check does not wait for the disk; `kill -9` can
 * lose the last few.
 */
export function keepDecisions(dir: string, capacity: number): KeptDecisions {
  const [current, older] = [join(dir, 'decisions.jsonl'), join(dir, 'decisions.old.jsonl')];
  let lines = 0;
  let unwritten: Decision[] = [];

  const write = (): void => {
    if (unwritten.length === 0) return;
    const text = unwritten.map((decision) => `${JSON.stringify(decision)}\n`).join('');
    const added = unwritten.length;
    unwritten = [];
    try {
      if (lines >= capacity) {
        renameSync(current, older);
        lines = 0;
      }
      appendFileSync(current, text);
      lines += added;
    } catch {
      // A full disk, or a folder that is gone: this costs the log, and must not end the process.
    }
  };

  return {
    read() {
      const latest = decisionsIn(current);
      lines = latest.length;
      return [...decisionsIn(older), ...latest].slice(-capacity);
    },
    add(decision) {
      if (unwritten.push(decision) === 1) setImmediate(write);
    },
    clear() {
      unwritten = [];
      lines = 0;
      for (const file of [current, older]) rmSync(file, { force: true });
    },
    close: write,
  };
}

function decisionsIn(file: string): Decision[] {
  if (!existsSync(file)) return [];
  const decisions: Decision[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      const decision: Decision = JSON.parse(line);
      decisions.push(decision);
    } catch {
      // A torn line: the process ended while it wrote.
    }
  }
  return decisions;
}
