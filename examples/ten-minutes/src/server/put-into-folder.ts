import type { createPermitCaller } from '@latchkey/permissions/policy';

/** Editors of the folder then edit the document. `call` is `createPermitCaller({ apiUrl, apiKey })`. */
export async function putIntoFolder(
  call: ReturnType<typeof createPermitCaller>,
  {
    document,
    folder,
    tenant,
  }: { readonly document: string; readonly folder: string; readonly tenant: string },
): Promise<void> {
  const [subject, object] = [`folders:${folder}`, `documents:${document}`];
  await call(`put ${object} into ${subject}`, (permit) =>
    permit.api.relationshipTuples.create({ subject, relation: 'parent', object, tenant }),
  );
}
