/**
 * Text as it is searched in and for: without case and accents, and Korean in its letters, so that `구서` finds `구성원` while
 * the syllable is being typed.
 */
function searchable(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}

/** Whether every word that was typed is in one of the texts. */
export function matches(typed: string, texts: readonly string[]): boolean {
  const all = searchable(texts.join('\n'));
  return searchable(typed)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
