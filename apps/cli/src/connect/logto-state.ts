import { z, type ZodType } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import type { Management } from './management.ts';

export const Application = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  isThirdParty: z.boolean().default(false),
  oidcClientMetadata: z.looseObject({
    redirectUris: z.array(z.string()),
    postLogoutRedirectUris: z.array(z.string()),
  }),
});
export type Application = z.output<typeof Application>;

const Resource = z.object({ id: z.string(), name: z.string(), indicator: z.string() });

const OrganizationRole = z.object({ id: z.string(), name: z.string(), type: z.string().default('User') });

export const Hook = z.object({
  id: z.string(),
  name: z.string(),
  event: z.string().nullish(),
  events: z.array(z.string()).default([]),
  config: z.looseObject({ url: z.string() }),
  signingKey: z.string(),
  enabled: z.boolean(),
});
export type Hook = z.output<typeof Hook>;

export const hookPath = ({ id }: Pick<Hook, 'id'>): string => `/hooks/${encodeURIComponent(id)}`;

/** An older webhook has a single event in `event`. */
export function eventsOf({ events, event }: Hook): string[] {
  return [...new Set([...events, ...(event == null ? [] : [event])])];
}

export interface LogtoState {
  readonly applications: readonly Application[];
  readonly resources: readonly z.output<typeof Resource>[];
  readonly organizationRoles: readonly z.output<typeof OrganizationRole>[];
  readonly hooks: readonly Hook[];
}

/** The maximum page size of the Management API. */
const pageSize = 100;

export async function readLogtoState(management: Management): Promise<LogtoState> {
  // First, because it fetches the token, and fails if the application has no access.
  const hooks = await management.get('/hooks', z.array(Hook));
  const [applications, resources, organizationRoles] = await Promise.all([
    management.get('/applications', z.array(Application)),
    management.get('/resources', z.array(Resource)),
    readPages(management, '/organization-roles', OrganizationRole),
  ]);
  return { applications, resources, organizationRoles, hooks };
}

/** Reads all pages of a list. `path` may have a query. */
export async function readPages<Item>(
  management: Management,
  path: string,
  schema: ZodType<Item>,
): Promise<Item[]> {
  const items: Item[] = [];
  const separator = path.includes('?') ? '&' : '?';
  for (let page = 1; ; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a page that is not full is the last one
    const found = await management.get(
      `${path}${separator}page=${page}&page_size=${pageSize}`,
      z.array(schema),
    );
    items.push(...found);
    if (found.length < pageSize) return items;
  }
}

/**
 * Without an id: the enabled webhook that signs with a key in the settings.
 * @throws {ActionableError} `LOGTO_SETUP_CONFLICT` when there is none, or more than one
 */
export async function readHook(
  management: Management,
  id: string | undefined,
  signingKeys: readonly string[],
): Promise<Hook> {
  const hooks = await management.get('/hooks', z.array(Hook));
  const candidates = hooks.filter((hook) =>
    id === undefined ? signingKeys.includes(hook.signingKey) : hook.id === id,
  );
  const [hook, ...others] = candidates.filter(({ enabled }) => enabled || id !== undefined);
  if (hook !== undefined && others.length === 0) return hook;
  throw new ActionableError('LOGTO_SETUP_CONFLICT', {
    says:
      hook === undefined
        ? 'There is no such webhook in Logto.'
        : 'Several webhooks sign with a key in the settings.',
    fix: `Choose one with --hook <id>: ${hooks.map(({ id: one, name }) => `${name} (${one})`).join(', ') || 'latchkey connect logto creates one'}.`,
  });
}
