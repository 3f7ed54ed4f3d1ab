import { styleText } from 'node:util';

export type Paint = (style: 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold', text: string) => string;

/** Colours for whoever can see them; the words say the same without. */
export function paintOf({ color }: { readonly color: boolean }): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
