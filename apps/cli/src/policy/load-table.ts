import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Policy } from '@latchkey/permissions';
import { assertPolicy } from '@latchkey/permissions/policy';
import type { Command } from 'commander';
import { z } from 'zod';
import { ActionableError, messageOf } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';

const text = z.string();
const attributeTable = z.record(text, z.enum(['bool', 'number', 'string', 'time', 'array', 'json']));
const condition = z.record(text, z.unknown());

/** The shape of a policy table that a module exports. `assertPolicy` and the compiler check the references in it. */
const Table = z.object({
  userAttributes: attributeTable.exactOptional(),
  resources: z.record(
    text,
    z.strictObject({
      name: text.exactOptional(),
      renamedFrom: text.exactOptional(),
      actions: z.tuple([text], text),
      changesAccess: z.array(text).exactOptional(),
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
  userSets: z
    .record(
      text,
      z.strictObject({
        name: text.exactOptional(),
        anyRole: z.literal(true).exactOptional(),
        where: condition,
      }),
    )
    .exactOptional(),
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
  scopes: z.record(text, z.strictObject({ name: text, permissions: z.array(text) })).exactOptional(),
  defaultRole: text,
});

export const tableOption = 'a module that exports `policy`; default: LATCHKEY_TABLE';

const TableEnvironment = z.object({ LATCHKEY_TABLE: z.string().optional() });

/** The module with the table: `--table`, else LATCHKEY_TABLE, else the program's default. */
export function tableFile(
  option: string | undefined,
  { env, defaultTable }: CommandDeps,
): string | undefined {
  return option ?? env(TableEnvironment).LATCHKEY_TABLE ?? defaultTable;
}

/** @throws {ActionableError} when no module is named, it cannot be loaded, or its table is invalid */
export async function loadTable(file: string | undefined): Promise<Policy> {
  if (file === undefined) {
    throw new ActionableError('TABLE_MISSING', {
      says: 'No policy table is given.',
      fix: 'Pass the module that exports it as `policy`: --table src/policy.ts, or LATCHKEY_TABLE=src/policy.ts.',
    });
  }
  const module: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    const reason = messageOf(cause).replace(/\.$/, '');
    throw new ActionableError('TABLE_UNREADABLE', {
      says: `${file} cannot be loaded: ${existsSync(file) ? reason : 'there is no such file'}.`,
      fix: 'Pass a JavaScript or TypeScript module that Node can run: --table, or LATCHKEY_TABLE.',
    });
  });
  const parsed = z.object({ policy: Table }).safeParse(module);
  if (!parsed.success)
    throw invalid(`${file} exports no policy table as "policy".\n${z.prettifyError(parsed.error)}`);
  const { policy } = parsed.data;
  try {
    assertPolicy(policy);
  } catch (error) {
    throw invalid(`The policy table in ${file} is invalid. ${messageOf(error)}`);
  }
  return policy;
}

function invalid(says: string): ActionableError {
  return new ActionableError('TABLE_INVALID', {
    says,
    fix: 'Correct it, or name another module with --table or LATCHKEY_TABLE.',
  });
}

interface PolicyDeps extends CommandDeps {
  readonly table: () => Promise<Policy>;
}

export type AddPolicyCommand = (policy: Command, deps: PolicyDeps) => void;
