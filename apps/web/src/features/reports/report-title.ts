/** The server's own limit, in characters. */
export const titleLimit = 120;

/** What keeps the server from taking this title; said here first, where it was typed. */
export function titleProblem(title: string): 'missing' | 'long' | null {
  const trimmed = title.trim();
  if (trimmed === '') return 'missing';
  return trimmed.length > titleLimit ? 'long' : null;
}
