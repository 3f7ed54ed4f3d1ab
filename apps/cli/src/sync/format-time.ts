/** Formats an ISO 8601 time in UTC for a column: `2026-11-24 18:02:11Z`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`;
}
