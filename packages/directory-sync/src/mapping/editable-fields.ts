import { z } from 'zod';
import type { MappedAttribute } from './attribute-value.ts';
import type { DirectoryMapping } from './define-directory-mapping.ts';

/** The response of `GET /api/account-center`: what users can edit themselves. */
export const AccountCenter = z.object({
  enabled: z.boolean(),
  fields: z.record(z.string(), z.string()).default({}),
});
export type AccountCenter = z.output<typeof AccountCenter>;

const settingOf: Readonly<Record<string, string>> = { identities: 'social', primaryPhone: 'phone' };

/** Attributes that users can give to themselves. */
export function editableAttributes(
  { attributes }: Pick<DirectoryMapping, 'attributes'>,
  { enabled, fields }: AccountCenter,
): readonly MappedAttribute[] {
  return attributes.filter(
    ({ path: [field = ''] }) => enabled && fields[settingOf[field] ?? field] === 'Edit',
  );
}

/** The mapping without the attributes that users can give to themselves, and the names of those. */
export function withoutEditable(
  mapping: DirectoryMapping,
  settings: AccountCenter,
): { readonly mapping: DirectoryMapping; readonly untrusted: readonly string[] } {
  const untrusted = new Set(editableAttributes(mapping, settings).map(({ name }) => name));
  if (untrusted.size === 0) return { mapping, untrusted: [] };
  return {
    untrusted: [...untrusted],
    mapping: {
      ...mapping,
      attributes: mapping.attributes.filter(({ name }) => !untrusted.has(name)),
      // No role gives these values, so sync removes the attributes.
      roleAttributes: [
        ...mapping.roleAttributes,
        ...[...untrusted].map((name) => ({ name, values: new Map() })),
      ],
    },
  };
}
