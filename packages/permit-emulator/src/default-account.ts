import type { Store } from '@latchkey/emulator-kit';
import type { Clock } from './clock.ts';
import { notFound } from './errors.ts';
import { newApiKey, openAccount, type Account } from './model/account.ts';
import type { Environment } from './model/environment.ts';
import { applySeed, blankEnvironment, blankProject, parseSeed, type Seed } from './seed.ts';

/** The vendor's tools require 97 characters. */
function developmentKey(level: string): string {
  return `permit_key_${level}`.padEnd(97, 'DevelopmentOnly');
}

/** The default API keys. Public on purpose: they give access only to an emulator on this machine. */
export const developmentKeys = {
  environment: developmentKey('Environment'),
  project: developmentKey('Project'),
  organization: developmentKey('Organization'),
} as const;

export interface DefaultAccount {
  readonly account: Account;
  readonly projectId: string;
  readonly environmentId: string;
}

export interface DefaultAccountOptions {
  /** The initial content. Ignored when `dataDir` already holds a state. Default: empty. */
  readonly seed?: Seed | undefined;
  /** Milliseconds until a write to the API reaches the PDP. Default: 0. */
  readonly propagationDelay?: number | undefined;
  /** Whether the vendor's known bugs are reproduced. Default: `true`. */
  readonly vendorQuirks?: boolean | undefined;
  /**
   * Whether to refuse what the real Permit would accept but cannot evaluate: unknown operators and attributes
   * in conditions, permissions of another resource in a set rule, attribute values of another type. Default:
   * `true`.
   */
  readonly strict?: boolean | undefined;
  /**
   * Whether the PDP behaves as the one that Permit hosts: it decides without conditions, refuses questions with
   * attributes (501), has fewer endpoints, and limits rates. Default: `false`, the PDP of the container.
   */
  readonly hostedPdp?: boolean | undefined;
}

export interface Keys {
  readonly environment: string;
  readonly project: string;
  readonly organization: string;
}

/** Opens the account of the store, or creates one and applies the seed. */
export function openDefaultAccount(
  { store, clock }: { store: Store; clock: Clock },
  options: DefaultAccountOptions,
  keys: Keys,
): DefaultAccount {
  const account = openAccount({
    store,
    now: () => clock.now(),
    propagationDelay: options.propagationDelay ?? 0,
    vendorQuirks: options.vendorQuirks ?? true,
    strict: options.strict ?? true,
    hostedPdp: options.hostedPdp ?? false,
  });
  return store.batch(() => {
    const isNew = account.projects.size === 0;
    const project = isNew
      ? account.createProject(blankProject('default', 'Default Project'))
      : account.project('default');
    const record = isNew
      ? account.createEnvironment(project, blankEnvironment('dev', 'Development'))
      : account.environmentRecord(project, 'dev');
    if (isNew) account.createEnvironment(project, blankEnvironment('prod', 'Production'));
    const ids = { project_id: project.id, environment_id: record.id };
    ensureKey(account, keys.environment, ids);
    ensureKey(account, keys.project, { ...ids, environment_id: null });
    ensureKey(account, keys.organization, { project_id: null, environment_id: null });
    if (isNew && options.seed !== undefined) {
      applySeed(account, account.environment(record), parseSeed(options.seed));
    }
    return { account, projectId: project.id, environmentId: record.id };
  });
}

function ensureKey(
  account: Account,
  secret: string,
  ids: { readonly project_id: string | null; readonly environment_id: string | null },
): void {
  if (account.keyOf(secret) === undefined) newApiKey(account, { ...ids, secret, name: 'Development key' });
}

export function defaultEnvironment({ account, environmentId }: DefaultAccount): Environment {
  const record = account.environmentRecords.get(environmentId);
  if (record === undefined) throw notFound('Environment', environmentId);
  return account.environment(record);
}
