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
import { createInstances, createSubmissions } from './oidc/instances.ts';
import { createProvider } from './oidc/provider.ts';
import { openSigningKeys } from './oidc/signing-keys.ts';
import { applySeed } from './seed/apply.ts';
import type { ParsedSeed } from './seed/schema.ts';
import type { StartOptions } from './start.ts';
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

export interface TenantOptions extends Omit<StartOptions, 'dataDir' | 'port' | 'seed'> {
  readonly endpoint: string;
  readonly seed: ParsedSeed;
}

function cookieKeysIn(store: Store): string[] {
  const keys = store.collection<string[]>('cookieKeys');
  if (!keys.has('keys')) keys.put('keys', [randomBytes(32).toString('base64url')]);
  return keys.get('keys') ?? [];
}

/** Opens or creates the tenant of a store, and adds the missing objects of the seed. */
export async function openTenant(store: Store, options: TenantOptions): Promise<Logto> {
  const clock = createClock(store);
  const directory = createDirectory(store);
  applySeed(directory, options.seed, clock.now());
  const signingKeys = await openSigningKeys(store, clock);
  const cookieKeys = cookieKeysIn(store);
  const faults = createFaults();
  const settings = createSettings(store);
  const seedSettings = (): void => {
    if (options.seed.signInExperience !== undefined)
      settings.setSignInExperience(defined(options.seed.signInExperience));
    if (options.seed.accountCenter !== undefined)
      settings.setAccountCenter(defined(options.seed.accountCenter));
  };
  if (settings.isFresh()) seedSettings();
  let signInAs = options.signInAs;

  const logto: Logto = {
    endpoint: options.endpoint,
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
        applySeed(directory, options.seed, clock.now());
        seedSettings();
      });
      faults.clear();
      logto.webhooks.faults.clear();
      signInAs = options.signInAs;
    },
  };
  let provider = createProvider(logto, { cookieKeys, customClaims: options.customClaims });
  let handle = provider.callback();
  return logto;
}
