import type { PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '../policy.ts';

/** The folder becomes the document's `parent`, so editors of the folder edit the document. */
export async function putIntoFolder(
  directory: PermitDirectory<typeof policy>,
  {
    document,
    folder,
    tenant,
  }: { readonly document: string; readonly folder: string; readonly tenant: string },
): Promise<void> {
  await directory.link(
    { subject: `folders:${folder}`, relation: 'parent', object: `documents:${document}` },
    tenant,
  );
}
