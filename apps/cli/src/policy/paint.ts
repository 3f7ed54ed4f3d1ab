import { styleText } from 'node:util';
import type { CommandDeps } from '../command-deps.ts';

export type Paint = (style: 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold', text: string) => string;

/** Colors text if the output supports it. The text alone must carry the meaning. */
export function paintOf({ color }: { readonly color: boolean }): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

/** The text output of a command. With `--json` it goes to stderr, without color: stdout has only the JSON. */
export function textOutput({ print, warn, color }: CommandDeps, json: boolean) {
  const write = json ? warn : print;
  const say = (...lines: readonly string[]): void => {
    for (const line of lines) write(line);
  };
  return { say, paint: paintOf({ color: color && !json }) };
}
