/**
 * Normalizes text for searching: without case and accents, and Korean decomposed into letters, so that `구서` finds `구성원`
 * while the syllable is being typed.
 */
function searchable(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}

/** Whether every typed word is in one of the texts. */
export function matches(typed: string, texts: readonly string[]): boolean {
  const all = searchable(texts.join('\n'));
  return searchable(typed)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
