import { styleText } from 'node:util';

/** Adds a style to a text. */
export type Paint = (style: 'green' | 'yellow' | 'red' | 'magenta' | 'dim' | 'bold', text: string) => string;

/** Colours text if the output can show it. A colour never carries meaning that the text does not have. */
export function paintOf({ color }: { readonly color: boolean }): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}
