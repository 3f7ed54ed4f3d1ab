import { styleText } from 'node:util';
import type { CommandDeps } from '../command-deps.ts';

/** Adds a style to a text. */
export type Paint = (style: 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold', text: string) => string;

/** Colors text if the output supports it. Color never carries meaning that the text does not have. */
export function paintOf({ color }: { readonly color: boolean }): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

/** The text output of a command: with `--json` on stderr and without color, because stdout has only the JSON. */
export function textOutput({ print, warn, color }: CommandDeps, json: boolean) {
  const write = json ? warn : print;
  const say = (...lines: readonly string[]): void => {
    for (const line of lines) write(line);
  };
  return { say, paint: paintOf({ color: color && !json }) };
}
