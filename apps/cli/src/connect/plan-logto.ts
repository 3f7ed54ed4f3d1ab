import { ActionableError } from '../actionable-error.ts';
import { eventsOf, hookPath, type Application, type Hook, type LogtoState } from './logto-state.ts';
import type { ManagementRequest } from './management.ts';
import { isNextOf } from './rotation.ts';
import { addressOf } from '../webhook/endpoint.ts';

export interface WantedLogto {
  /** The origins of the console, for instance `https://latchkey.example`. */
  readonly consoles: readonly string[];
  /** Where Logto sends its events: `https://…/api/webhooks/logto`. */
  readonly hookUrl: string;
  /** The exact events of the webhook: others are removed. */
  readonly events: readonly string[];
  readonly indicator: string;
  /** Those that the directory mapping reads. */
  readonly organizationRoles: readonly string[];
  /** Objects that the settings already name. They are adopted in preference to others. */
  readonly known: { readonly appId: string | undefined; readonly signingKeys: readonly string[] };
}

/** One object in Logto, and how to bring it to the target state. */
export interface LogtoStep {
  readonly about:
    | 'application'
    | 'API resource'
    | 'organization role'
    | 'webhook'
    | 'scope'
    | 'user role'
    | 'third-party application'
    | 'consent'
    | 'setting';
  readonly name: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  readonly differences: readonly string[];
  /** The object's id in Logto; undefined before it is created. */
  readonly id: string | undefined;
  readonly request?: ManagementRequest;
  /** Instead of `request`, for one that needs the ids of the objects of earlier steps. */
  readonly requestFor?: (idOf: (step: LogtoStep) => string) => ManagementRequest;
}

/** The names of created objects. An adopted object keeps its name. */
const names = { application: 'Latchkey console', resource: 'Latchkey API', hook: 'Latchkey directory sync' };

/**
 * Removes nothing from Logto, except those events of our webhook that sync does not use.
 * @throws {ActionableError} `LOGTO_SETUP_CONFLICT` when an object cannot be adopted, or several are eligible
 */
export function planLogto(state: LogtoState, wanted: WantedLogto): LogtoStep[] {
  return [
    planApplication(state, wanted),
    planResource(state, wanted),
    ...wanted.organizationRoles.map((name) => planOrganizationRole(state, name)),
    planHook(state, wanted),
  ];
}

export function planApplication(
  { applications }: Pick<LogtoState, 'applications'>,
  wanted: Pick<WantedLogto, 'consoles' | 'known'>,
): LogtoStep {
  const redirectUris = wanted.consoles.map((origin) => `${origin}/callback`);
  const postLogoutRedirectUris = wanted.consoles.map((origin) => `${origin}/`);
  const found = findApplication(applications, redirectUris, wanted.known.appId);
  if (found === undefined) {
    return {
      about: 'application',
      name: names.application,
      change: 'created',
      differences: redirectUris.map((uri) => `redirect URI ${uri}`),
      id: undefined,
      request: {
        method: 'POST',
        path: '/applications',
        body: {
          name: names.application,
          type: 'SPA',
          oidcClientMetadata: { redirectUris, postLogoutRedirectUris },
        },
      },
    };
  }
  const { oidcClientMetadata: metadata, id, name } = found;
  const addedUris = missing(redirectUris, metadata.redirectUris);
  const addedAfter = missing(postLogoutRedirectUris, metadata.postLogoutRedirectUris);
  const differences = [
    ...addedUris.map((uri) => `+redirect URI ${uri}`),
    ...addedAfter.map((uri) => `+post sign-out redirect URI ${uri}`),
  ];
  return step({ about: 'application', name, id, differences }, () => ({
    method: 'PATCH',
    path: `/applications/${encodeURIComponent(id)}`,
    body: {
      // A PATCH replaces the whole object.
      oidcClientMetadata: {
        ...metadata,
        redirectUris: [...metadata.redirectUris, ...addedUris],
        postLogoutRedirectUris: [...metadata.postLogoutRedirectUris, ...addedAfter],
      },
    },
  }));
}

/** The one in the settings, else the one that redirects to our console, else the one with the default name. */
function findApplication(
  applications: readonly Application[],
  redirectUris: readonly string[],
  appId: string | undefined,
): Application | undefined {
  const known = applications.find(({ id }) => id === appId);
  if (known !== undefined) return adoptable(known);
  const spas = applications.filter(({ type, isThirdParty }) => type === 'SPA' && !isThirdParty);
  const ours = spas.filter(({ oidcClientMetadata }) =>
    oidcClientMetadata.redirectUris.some((uri) => redirectUris.includes(uri)),
  );
  const candidates = ours.length > 0 ? ours : spas.filter(({ name }) => name === names.application);
  if (candidates.length > 1) {
    throw conflict(
      `Several applications in Logto could be the console's: ${candidates.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
      'Choose one with --app <id>, or remove the others in Logto.',
    );
  }
  return candidates[0];
}

function adoptable(application: Application): Application {
  const { id, name, type, isThirdParty } = application;
  if (type !== 'SPA' || isThirdParty) {
    throw conflict(
      `${name} (${id}) is ${isThirdParty ? 'a third-party application' : `of the type ${type}`}, but the console needs a single-page application of your own.`,
      'Remove LOGTO_APP_ID from the settings to create one, or choose another with --app <id>.',
    );
  }
  return application;
}

function planResource({ resources }: LogtoState, { indicator }: WantedLogto): LogtoStep {
  const found = resources.find((resource) => resource.indicator === indicator);
  if (found !== undefined)
    return step({ about: 'API resource', name: found.name, id: found.id, differences: [] });
  return {
    about: 'API resource',
    name: names.resource,
    change: 'created',
    differences: [`indicator ${indicator}`],
    id: undefined,
    request: { method: 'POST', path: '/resources', body: { name: names.resource, indicator } },
  };
}

function planOrganizationRole({ organizationRoles }: LogtoState, name: string): LogtoStep {
  const found = organizationRoles.find((role) => role.name === name);
  if (found !== undefined) {
    if (found.type === 'User')
      return step({ about: 'organization role', name, id: found.id, differences: [] });
    throw conflict(
      `Logto's organization role ${name} is for ${found.type === 'MachineToMachine' ? 'machines' : found.type}, but the mapping assigns it to users.`,
      'Rename it in Logto, or use another name in the directory mapping.',
    );
  }
  return {
    about: 'organization role',
    name,
    change: 'created',
    differences: [],
    id: undefined,
    request: {
      method: 'POST',
      path: '/organization-roles',
      body: { name, description: 'Latchkey assigns a role in Permit for it.', type: 'User' },
    },
  };
}

export function planHook(
  { hooks }: Pick<LogtoState, 'hooks'>,
  wanted: Pick<WantedLogto, 'hookUrl' | 'events' | 'known'>,
): LogtoStep {
  const { hookUrl: url, events } = wanted;
  const found = findHook(hooks, wanted);
  if (found === undefined) {
    return {
      about: 'webhook',
      name: names.hook,
      change: 'created',
      differences: [`to ${url}`, `${events.length} events`],
      id: undefined,
      request: {
        method: 'POST',
        path: '/hooks',
        body: { name: names.hook, events, config: { url }, enabled: true },
      },
    };
  }
  const { id, name, enabled, config } = found;
  const present = eventsOf(found);
  const added = missing(events, present);
  const removed = missing(present, events);
  const isMoved = config.url !== url;
  const differences = [
    ...(isMoved ? [`to ${url}, was ${addressOf(config.url)}`] : []),
    ...(enabled ? [] : ['switched on']),
    ...added.map((event) => `+${event}`),
    ...removed.map((event) => `-${event}`),
  ];
  return step({ about: 'webhook', name, id, differences }, () => ({
    method: 'PATCH',
    path: hookPath(found),
    body: {
      ...(isMoved && { config: { ...config, url } }),
      ...(!enabled && { enabled: true }),
      ...(added.length + removed.length > 0 && { events, event: null }),
    },
  }));
}

/**
 * The one that signs with a key in the settings, else the one that points to our server. During a rotation there are
 * two, which is a conflict.
 */
function findHook(
  hooks: readonly Hook[],
  { hookUrl, known }: Pick<WantedLogto, 'hookUrl' | 'known'>,
): Hook | undefined {
  const signing = hooks.filter(({ signingKey }) => known.signingKeys.includes(signingKey));
  const leading = hooks.filter(({ config }) => config.url.replace(/\/+$/, '') === hookUrl);
  const both = signing.filter((hook) => leading.includes(hook));
  const found = [both, signing, leading].find(({ length }) => length > 0) ?? [];
  const candidates = hooks.filter((hook) =>
    found.some((one) => hook === one || isNextOf(hook, one) || isNextOf(one, hook)),
  );
  if (candidates.length > 1) {
    throw conflict(
      `Several webhooks in Logto could be Latchkey's: ${candidates.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
      'If a signing key is being rotated, finish that first: latchkey rotate webhook-key. Otherwise remove all but one in Logto.',
    );
  }
  return candidates[0];
}

function step(given: Omit<LogtoStep, 'change' | 'request'>, request?: () => ManagementRequest): LogtoStep {
  if (given.differences.length === 0 || request === undefined) return { ...given, change: 'unchanged' };
  return { ...given, change: 'updated', request: request() };
}

function missing(wanted: readonly string[], present: readonly string[]): string[] {
  return wanted.filter((item) => !present.includes(item));
}

function conflict(says: string, fix: string): ActionableError {
  return new ActionableError('LOGTO_SETUP_CONFLICT', { says, fix });
}
