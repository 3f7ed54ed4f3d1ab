import { pathToFileURL } from 'node:url';
import type { Policy } from '@latchkey/permissions';
import { assertPolicy } from '@latchkey/permissions/policy';
import { z } from 'zod';

const text = z.string();
const attributeTable = z.record(text, z.enum(['bool', 'number', 'string', 'time', 'array', 'json']));
const condition = z.record(text, z.unknown());

/** The shape of a policy table that a module exports. `assertPolicy` and the compiler check its references. */
const Table = z.object({
  userAttributes: attributeTable.exactOptional(),
  resources: z.record(
    text,
    z.strictObject({
      name: text.exactOptional(),
      renamedFrom: text.exactOptional(),
      actions: z.tuple([text], text),
      attributes: attributeTable.exactOptional(),
      relations: z.record(text, text).exactOptional(),
      roles: z
        .record(
          text,
          z.strictObject({
            name: text.exactOptional(),
            renamedFrom: text.exactOptional(),
            permissions: z.array(text),
            derivedFrom: z.array(z.strictObject({ role: text, on: text, via: text })).exactOptional(),
            onlyWithoutDirectRole: z.boolean().exactOptional(),
          }),
        )
        .exactOptional(),
    }),
  ),
  roles: z.record(
    text,
    z.strictObject({
      name: text.exactOptional(),
      renamedFrom: text.exactOptional(),
      extends: z.array(text).exactOptional(),
      permissions: z.union([z.literal('*'), z.array(text)]),
    }),
  ),
  userSets: z.record(text, z.strictObject({ name: text.exactOptional(), where: condition })).exactOptional(),
  resourceSets: z
    .record(text, z.strictObject({ name: text.exactOptional(), resource: text, where: condition }))
    .exactOptional(),
  rules: z
    .array(
      z.strictObject({
        userSet: text.exactOptional(),
        role: text.exactOptional(),
        resourceSet: text.exactOptional(),
        resource: text.exactOptional(),
        permissions: z.array(text),
      }),
    )
    .exactOptional(),
  defaultRole: text,
});

/**
 * Loads the table that a module exports as `policy`. Without a file, loads the table of packages/policy.
 *
 * @throws {Error} when the module cannot be loaded or exports no table
 * @throws {TypeError} that names a wrong key or a cycle of roles
 */
export async function loadTable(file: string | undefined): Promise<Policy> {
  if (file === undefined) return (await import('@latchkey/policy')).policy;
  const module: unknown = await import(pathToFileURL(file).href);
  const parsed = z.object({ policy: Table }).safeParse(module);
  if (!parsed.success)
    throw new Error(`${file} exports no "policy" that is a table.\n${z.prettifyError(parsed.error)}`);
  const { policy } = parsed.data;
  assertPolicy(policy);
  return policy;
}
