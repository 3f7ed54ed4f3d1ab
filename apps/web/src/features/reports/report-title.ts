/** The server's limit, in characters. */
export const titleLimit = 120;

/** Why the server would reject this title; `null` if it would not. */
export function titleProblem(title: string): 'missing' | 'long' | null {
  const trimmed = title.trim();
  if (trimmed === '') return 'missing';
  return trimmed.length > titleLimit ? 'long' : null;
}
