/** `2026-11-24 18:02:11Z`: as the server's log has it, short enough for a column. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
