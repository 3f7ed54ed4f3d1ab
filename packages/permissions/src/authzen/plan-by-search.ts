import { z } from 'zod/v4';
import { ListNotPlannableError, maxListKeys, type ListPlan, type ListQuestion } from '../list/list-plan.ts';
import { PdpOutage } from '../permit/pdp-client.ts';
import type { CallPdp } from '../permit/pdp-list-facts.ts';
import { subjectType, tenantProperty, wholeResource } from './check-of.ts';

const Configuration = z.object({ search_resource_endpoint: z.string().optional() });

/** The answer of a search (section 8.3). */
const Page = z.object({
  results: z.array(z.object({ type: z.string(), id: z.string() })),
  page: z.object({ next_token: z.string().nullish() }).nullish(),
});

const pageSize = 1_000;

/** Pages can be short or empty, and a search that never ends must not loop forever. */
const maxPages = 100;

/**
 * Plans a list by the ids that the PDP's search for resources returns. The resource as a whole is not a row.
 * @throws {ListNotPlannableError} @throws {AuthorizationUnavailableError}
 */
export async function planBySearch<Relation extends string>(
  { subject, tenant, permission, userAttributes, context }: ListQuestion<string, Relation>,
  call: CallPdp,
  paths: { readonly configuration: string; readonly api: string },
): Promise<ListPlan<Relation>> {
  const { search_resource_endpoint: endpoint } = await ifSupported(() =>
    call(paths.configuration, undefined, Configuration),
  );
  if (endpoint === undefined) throw unsupported();
  const [type, name] = permission.split(':');
  const search = {
    subject: { type: subjectType, id: subject, ...(userAttributes && { properties: userAttributes }) },
    action: { name },
    resource: { type, properties: { [tenantProperty]: tenant } },
    ...(context !== undefined && { context }),
  };
  const keys = new Set<string>();
  let token: string | undefined;
  for (let pages = 1; token !== ''; pages += 1) {
    const page = token === undefined ? { limit: pageSize } : { token };
    // oxlint-disable-next-line no-await-in-loop -- the next page needs the token
    const found = await ifSupported(() => call(`${paths.api}/search/resource`, { ...search, page }, Page));
    for (const { type: of, id } of found.results) if (of === type && id !== wholeResource) keys.add(id);
    token = found.page?.next_token ?? '';
    if (keys.size > maxListKeys || (pages === maxPages && token !== ''))
      throw new ListNotPlannableError(
        'too_many_keys',
        `The search for ${permission} has more than ${maxListKeys} results or ${maxPages} pages.`,
      );
  }
  if (keys.size === 0) return { kind: 'none', permission, tenant };
  return { kind: 'some', permission, tenant, any: [{ by: 'id', keys: [...keys].toSorted() }] };
}

async function ifSupported<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof PdpOutage && [404, 501].includes(cause.pdpStatus ?? 0)) throw unsupported(cause);
    throw cause;
  }
}

function unsupported(cause?: unknown): ListNotPlannableError {
  return new ListNotPlannableError('unsupported_pdp', 'This PDP does not offer the search for resources.', {
    cause,
  });
}
