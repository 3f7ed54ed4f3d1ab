/** Every row has the same height, so that the place of each is known without the others. In rem: it grows with the text. */
const rowRem = 4.25;
export const rowHeight = 'h-17';

export function rowPixels(): number {
  return rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize || '16');
}

/** The columns; on a small screen the roles are below the name, and the others are not shown. */
export const columns = {
  member: 'w-auto',
  roles: 'hidden w-72 md:table-cell xl:w-80',
  lastSignIn: 'hidden w-36 lg:table-cell',
  status: 'w-28 md:w-32',
  actions: 'w-14',
} as const;
