interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: unknown;
}

/** Reads a list page by page, with the cursor of each page for the next one. */
export async function pagesOf<Input extends object, Read extends Page>(
  read: (input: Input) => Promise<Read>,
  input: Input,
): Promise<Read[]> {
  const pages = [await read(input)];
  for (let cursor = pages[0]?.nextCursor; cursor !== null; cursor = pages.at(-1)?.nextCursor)
    pages.push(await read({ ...input, cursor }));
  return pages;
}

export const idsOf = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ items }) => items.map(({ id }) => id));
