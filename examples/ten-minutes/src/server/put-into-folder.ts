import type { PermitDirectory } from '@latchkey/permissions/permit';

/** Editors of the folder then edit the document. */
export async function putIntoFolder(
  directory: PermitDirectory,
  {
    document,
    folder,
    tenant,
  }: { readonly document: string; readonly folder: string; readonly tenant: string },
): Promise<void> {
  const link = { subject: `folders:${folder}`, relation: 'parent', object: `documents:${document}` };
  await directory.link(link, tenant);
}
