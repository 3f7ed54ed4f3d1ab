import { posix } from 'node:path';

/**
 * A README as a registry shows it. A relative link leads out of the archive: it becomes a link into the repository, or plain
 * text when nobody has said where the repository is. `shipped` are the files of the archive, which stay linked as they are.
 */
export function publishedReadme(text: string, { folder, repository, shipped }: ReadmePlace): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, label: string, target: string) => {
    if (/^(https?:|#)/.test(target) || shipped.includes(target)) return link;
    if (repository === undefined) return label;
    return `[${label}](${repository}/blob/main/${posix.join(folder, target)})`;
  });
}

/** Where a README lives, and what is beside it in the archive. */
export interface ReadmePlace {
  readonly folder: string;
  readonly repository: string | undefined;
  readonly shipped: readonly string[];
}
