import { randomBytes, hash } from 'node:crypto';
import { createFaults, type Store } from '@latchkey/emulator-kit';
import { createAuditLog } from './directory/audit-log.ts';
import { createClock } from './directory/clock.ts';
import { createDirectory } from './directory/directory.ts';
import { createLockouts } from './directory/lockouts.ts';
import { createMessages } from './directory/messages.ts';
import { createSettings } from './directory/settings.ts';
import type { Logto } from './logto.ts';
import { defined } from './management/input.ts';
import type { CustomClaims } from './oidc/custom-claims.ts';
import { createInstances, createSubmissions } from './oidc/instances.ts';
import { createProvider } from './oidc/provider.ts';
import { openSigningKeys } from './oidc/signing-keys.ts';
import { applySeed } from './seed/apply.ts';
import type { ParsedSeed } from './seed/schema.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

/**
 * Logto lists organizations, roles and scopes without an ORDER BY: the order is stable until a record changes and
 * moves, so paging can miss or repeat records. With a salt, the place of a record depends on its content and the
 * salt. Without one, the order is the given one.
 */
function createUnordered(salt: number | undefined) {
  return <T>(records: readonly T[]): T[] => {
    if (salt === undefined) return [...records];
    return records
      .map((record) => ({ record, place: hash('sha256', `${salt}/${JSON.stringify(record)}`) }))
      .toSorted((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ record }) => record);
  };
}

export interface TenantOptions {
  /** Retries of a webhook after a 5xx: 0 as in Logto up to 1.42, 3 as in later versions. Default: 0. */
  readonly webhookRetries?: number | undefined;
  /**
   * Whether to send no webhook to loopback and private addresses, as Logto after 1.42. Default: `false`, because the
   * receiver is usually on this machine.
   */
  readonly refusePrivateWebhooks?: boolean | undefined;
  /** The user (id, username or email) to sign in without a page. Default: none, the pages are shown. */
  readonly signInAs?: string | undefined;
  /** Adds claims to access tokens for resources, as a custom claims script in Logto does. Default: none. */
  readonly customClaims?: CustomClaims | undefined;
  /**
   * Shuffles the lists that Logto does not sort (organizations, roles, scopes): a record moves when it changes, so
   * paging can miss or repeat records. Each number gives another order. Default: the order of creation.
   */
  readonly shuffleLists?: number | undefined;
  /**
   * Allows Client ID Metadata Documents at `https://localhost`, `https://127.0.0.1` and `https://[::1]`, and fetches
   * them over HTTP. Default: `cimd.loopbackDocuments` of the seed, else false, as in Logto.
   */
  readonly loopbackDocuments?: boolean | undefined;
}

function cookieKeysIn(store: Store): string[] {
  const keys = store.collection<string[]>('cookieKeys');
  if (!keys.has('keys')) keys.put('keys', [randomBytes(32).toString('base64url')]);
  return keys.get('keys') ?? [];
}

/** Opens or creates the tenant of a store, and adds the missing objects of the seed. */
export async function openTenant(
  store: Store,
  { endpoint, seed }: { readonly endpoint: string; readonly seed: ParsedSeed },
  options: TenantOptions = {},
): Promise<Logto> {
  const clock = createClock(store);
  const directory = createDirectory(store);
  applySeed(directory, seed, clock.now());
  const signingKeys = await openSigningKeys(store, clock);
  const cookieKeys = cookieKeysIn(store);
  const faults = createFaults();
  const settings = createSettings(store);
  const seedSettings = (): void => {
    if (seed.signInExperience !== undefined) settings.setSignInExperience(defined(seed.signInExperience));
    if (seed.accountCenter !== undefined) settings.setAccountCenter(defined(seed.accountCenter));
    if (seed.cimd !== undefined) settings.setCimd({ enabled: seed.cimd.enabled });
  };
  if (settings.isFresh()) seedSettings();
  let signInAs = options.signInAs;

  const logto: Logto = {
    endpoint,
    clock,
    directory,
    settings,
    messages: createMessages(store, clock),
    lockouts: createLockouts(store, clock, settings),
    auditLog: createAuditLog(store, clock),
    instances: createInstances(store, clock),
    submissions: createSubmissions(store),
    signingKeys,
    webhooks: createWebhooks(
      { store, directory, clock },
      { retries: options.webhookRetries ?? 0, refusePrivate: options.refusePrivateWebhooks ?? false },
    ),
    faults,
    loopbackDocuments: options.loopbackDocuments ?? seed.cimd?.loopbackDocuments ?? false,
    unordered: createUnordered(options.shuffleLists),
    signInAs: () => signInAs,
    setSignInAs(user) {
      signInAs = user;
    },
    oidc: (request, response) => void handle(request, response),
    provider: () => provider,
    reload() {
      provider = createProvider(logto, { cookieKeys, customClaims: options.customClaims });
      handle = provider.callback();
    },
    reset() {
      const keys = signingKeys.list();
      store.batch(() => {
        store.clear();
        for (const part of [directory, logto.instances, logto.webhooks.deliveries]) part.reset();
        signingKeys.restore(keys);
        store.collection<string[]>('cookieKeys').put('keys', cookieKeys);
        applySeed(directory, seed, clock.now());
        seedSettings();
      });
      faults.clear();
      logto.webhooks.faults.clear();
      logto.reload();
      signInAs = options.signInAs;
    },
  };
  let provider = createProvider(logto, { cookieKeys, customClaims: options.customClaims });
  let handle = provider.callback();
  return logto;
}
