import { posix } from 'node:path';

/**
 * Converts a README for a registry. A relative link to a file outside the archive becomes a link to the repository, or
 * plain text if the repository is not configured. `shipped` are the files in the archive; links to them are unchanged.
 */
export function publishedReadme(text: string, { folder, repository, shipped }: ReadmePlace): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, label: string, target: string) => {
    if (/^(https?:|#)/.test(target) || shipped.includes(target)) return link;
    if (repository === undefined) return label;
    return `[${label}](${repository}/blob/main/${posix.join(folder, target)})`;
  });
}

/** The README's location, and the files beside it in the archive. */
export interface ReadmePlace {
  readonly folder: string;
  readonly repository: string | undefined;
  readonly shipped: readonly string[];
}
