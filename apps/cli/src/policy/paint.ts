import { styleText } from 'node:util';

/** Adds a style to a text. */
export type Paint = (style: 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold', text: string) => string;

/** Colors text if the output supports it. Color never carries meaning that the text does not have. */
export function paintOf({ color }: { readonly color: boolean }): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
