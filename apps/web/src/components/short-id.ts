/** The number of trailing characters of an id to show: ids are for copying, not for reading. */
const shown = 6;

/** The end of an id; a short id is returned in full. */
export function shortId(id: string): string {
  return id.length <= 2 * shown ? id : `…${id.slice(-shown)}`;
}
