const graphemes = new Intl.Segmenter();
const lettersOf = (word: string): string[] => Array.from(graphemes.segment(word), ({ segment }) => segment);

/**
 * The initials of a name, at most two: the last two syllables of a Hangul name (usually the given name), the first
 * letters of the first and last word of any other name. For an e-mail address, only the part before the @ is used.
 */
export function initialsOf(name: string): string {
  const words = name
    .replace(/@.*$/u, '')
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first = ''] = words;
  if (words.length === 1 && /^\p{Script=Hangul}+$/u.test(first)) return lettersOf(first).slice(-2).join('');
  const chosen = words.length > 1 ? [first, words.at(-1) ?? ''] : [first];
  return chosen
    .map((word) => lettersOf(word)[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
