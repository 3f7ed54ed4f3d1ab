import type { z } from 'zod/v4';
import type { ResourceResponse } from './permit-responses.ts';

/** The description of an object, if it has one: a policy table has no place for it. */
export function unsupportedDescription(
  object: string,
  { description }: { readonly description?: string | null | undefined },
): string[] {
  return description == null || description === '' ? [] : [`the description of ${object}`];
}

/** The descriptions of a resource and its actions, and the actions' names, where they say more than the key. */
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

/** Permit gives an action without a name its key, or its key in words. */
function saysMore(key: string, name: string | null | undefined): boolean {
  return name != null && name !== '' && inWords(name) !== inWords(key);
}
