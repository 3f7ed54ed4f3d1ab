/** Characters of an id that are shown, from its end: ids are for copying, not for reading. */
const shown = 6;

/** The end of an id; a short id is whole. */
export function shortId(id: string): string {
  return id.length <= 2 * shown ? id : `…${id.slice(-shown)}`;
}
