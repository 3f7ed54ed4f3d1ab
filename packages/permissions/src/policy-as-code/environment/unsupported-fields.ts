import type { z } from 'zod/v4';
import type { ResourceResponse } from './permit-responses.ts';

/** Reports the description of an object, which a policy table cannot express. */
export function unsupportedDescription(
  object: string,
  { description }: { readonly description?: string | null | undefined },
): string[] {
  return description == null || description === '' ? [] : [`the description of ${object}`];
}

/** Reports the descriptions of a resource and its actions, and action names that differ from the key. */
export function unsupportedFieldsOf(resource: z.output<typeof ResourceResponse>): string[] {
  return [
    ...unsupportedDescription(`resource ${resource.key}`, resource),
    ...Object.entries(resource.actions ?? {}).flatMap(([key, action]) => [
      ...(saysMore(key, action.name) ? [`the name of action ${resource.key}:${key}`] : []),
      ...unsupportedDescription(`action ${resource.key}:${key}`, action),
    ]),
  ];
}

function inWords(text: string): string {
  return text.replaceAll(/[-_\s]+/g, ' ').toLowerCase();
}

/** Permit names an action without a name after its key, or its key split at capitals and separators. */
function saysMore(key: string, name: string | null | undefined): boolean {
  return name != null && name !== '' && inWords(name) !== inWords(key);
}
