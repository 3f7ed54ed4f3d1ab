import { randomBytes } from 'node:crypto';
import { listen, openStore } from '@latchkey/emulator-kit';
import type { RequestListener } from 'node:http';
import { createApp } from './app.ts';
import { createClock } from './directory/clock.ts';
import { createDirectory } from './directory/directory.ts';
import type { Logto } from './logto.ts';
import { managementToken } from './management/token.ts';
import { createInstances } from './oidc/instances.ts';
import { createProvider } from './oidc/provider.ts';
import { openSigningKeys } from './oidc/signing-keys.ts';
import { applySeed } from './seed/apply.ts';
import { managementApiIndicator } from './seed/management-api.ts';
import { parseSeed } from './seed/read.ts';
import type { Seed } from './seed/schema.ts';
import { createWebhooks } from './webhooks/webhooks.ts';

export interface StartOptions {
  /** 0, the default, picks a free port. */
  readonly port?: number;
  /** What there is in the beginning; what exists in `dataDir` already is left as it is. */
  readonly seed?: Seed;
  /** Keeps everything in this folder, over restarts and crashes. In memory only when absent. */
  readonly dataDir?: string;
  /** How often a webhook is tried again after a 5xx: 0 as Logto up to 1.42, 3 as later versions. */
  readonly webhookRetries?: number;
}

const notReady: RequestListener = (_, response) => void response.writeHead(503).end();

/** What one needs to know to use it. */
export interface Description {
  readonly url: string;
  readonly issuer: string;
  readonly managementApi: {
    readonly url: string;
    readonly resource: string;
    readonly tokenEndpoint: string;
    readonly scope: 'all';
  };
  readonly apps: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly secret?: string;
  }[];
  readonly hooks: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly signingKey: string;
  }[];
}

export interface Emulator extends Description {
  /** Settles when no webhook is under way. */
  settled(): Promise<void>;
  /** An access token for the Management API, good for an hour. */
  managementToken(): Promise<string>;
  /** Stops listening, and settles when webhooks under way are delivered. */
  close(): Promise<void>;
}

function describe(logto: Logto): Description {
  const { endpoint, directory } = logto;
  return {
    url: endpoint,
    issuer: `${endpoint}/oidc`,
    managementApi: {
      url: `${endpoint}/api`,
      resource: managementApiIndicator,
      tokenEndpoint: `${endpoint}/oidc/token`,
      scope: 'all',
    },
    apps: [...directory.applications.values()].map(({ id, name, type }) => {
      const [secret] = directory.secrets.findBy('application', id);
      return { id, name, type, ...(secret === undefined ? {} : { secret: secret.value }) };
    }),
    hooks: [...directory.hooks.values()].map(({ id, name, config, signingKey }) => ({
      id,
      name,
      url: config.url,
      signingKey,
    })),
  };
}

/**
 * Starts a Logto on the loopback interface.
 * @throws SeedError, PortInUseError, StoreLockedError
 */
export async function start({
  port = 0,
  seed,
  dataDir,
  webhookRetries = 0,
}: StartOptions = {}): Promise<Emulator> {
  const parsed = parseSeed(seed);
  const store = openStore({ dir: dataDir });
  const clock = createClock(store);
  const directory = createDirectory(store);
  applySeed(directory, parsed, clock.now());
  const signingKeys = await openSigningKeys(store, clock);
  const secrets = store.collection<string[]>('cookieKeys');
  if (!secrets.has('keys')) secrets.put('keys', [randomBytes(32).toString('base64url')]);

  let handler = notReady;
  const listening = await listen((request, response) => handler(request, response), { port });
  const logto: Logto = {
    endpoint: listening.url,
    store,
    clock,
    directory,
    instances: createInstances(store, clock),
    signingKeys,
    webhooks: createWebhooks({ store, directory, clock }, { retries: webhookRetries }),
    provider: () => provider,
    reload() {
      provider = createProvider(logto, secrets.get('keys') ?? []);
    },
  };
  let provider = createProvider(logto, secrets.get('keys') ?? []);
  handler = createApp(logto);

  return {
    ...describe(logto),
    settled: () => logto.webhooks.idle(),
    managementToken: () => managementToken(logto),
    async close() {
      await listening.close();
      await logto.webhooks.idle();
      store.close();
    },
  };
}
