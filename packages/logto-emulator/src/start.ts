import { listen, openStore, type Fault, type FaultInput } from '@latchkey/emulator-kit';
import type { RequestListener } from 'node:http';
import { createApp } from './app.ts';
import { signIn, type SignInOptions, type Tokens } from './control/sign-in.ts';
import { describe, type Description } from './describe.ts';
import { managementToken } from './management/token.ts';
import type { CustomClaims } from './oidc/custom-claims.ts';
import type { SigningAlgorithm } from './oidc/signing-keys.ts';
import { parseSeed } from './seed/read.ts';
import type { Seed } from './seed/schema.ts';
import { openTenant } from './tenant.ts';
import type { DeliveryFault, DeliveryFaultInput } from './webhooks/delivery-faults.ts';

export interface StartOptions {
  /** 0, the default, picks a free port. */
  readonly port?: number;
  /** What there is in the beginning; what exists in `dataDir` already is left as it is. */
  readonly seed?: Seed;
  /** Keeps everything in this folder, over restarts and crashes. In memory only when absent. */
  readonly dataDir?: string;
  /** How often a webhook is tried again after a 5xx: 0 as Logto up to 1.42, 3 as later versions. */
  readonly webhookRetries?: number;
  /** Signs this user (id, username or email) in wherever a sign-in page would be shown. */
  readonly signInAs?: string;
  /** Adds claims to access tokens for resources, as a custom claims script in Logto does. */
  readonly customClaims?: CustomClaims;
}

export interface Emulator extends Description {
  /** An access token for the Management API, good for an hour. */
  managementToken(): Promise<string>;
  /** Signs a user (id, username or email) in over the real requests, without a password. Rejects with `SignInError`. */
  signIn(user: string, options?: SignInOptions): Promise<Tokens>;
  /** Makes the HTTP interface misbehave. */
  addFault(fault: FaultInput): Fault;
  /** Makes webhooks misbehave. */
  addWebhookFault(fault: DeliveryFaultInput): DeliveryFault;
  clearFaults(): void;
  /** Sets Logto's clock this many milliseconds ahead of the machine's, or behind when negative. */
  setClock(offset: number): void;
  /** Signs with a new key from now on; the key before it stays published. */
  rotateKeys(algorithm?: SigningAlgorithm): Promise<void>;
  /** Settles when no webhook is under way. */
  settled(): Promise<void>;
  /** As freshly started. Signing keys stay, so that nobody has to fetch them again. */
  reset(): Promise<void>;
  /** Stops listening, and settles when webhooks under way are delivered. */
  close(): Promise<void>;
}

const notReady: RequestListener = (_, response) => void response.writeHead(503).end();

/**
 * Starts a Logto on the loopback interface.
 * @throws SeedError, PortInUseError, StoreLockedError
 */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const seed = parseSeed(options.seed);
  const store = openStore({ dir: options.dataDir });
  let handler = notReady;
  const listening = await listen((request, response) => handler(request, response), {
    port: options.port ?? 0,
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const logto = await openTenant(store, {
    endpoint: listening.url,
    seed,
    webhookRetries: options.webhookRetries ?? 0,
    signInAs: options.signInAs,
    customClaims: options.customClaims,
  });
  handler = createApp(logto);

  return {
    ...describe(logto),
    managementToken: () => managementToken(logto),
    signIn: (user, signInOptions) => signIn(logto, user, signInOptions),
    addFault: (fault) => logto.faults.add(fault),
    addWebhookFault: (fault) => logto.webhooks.faults.add(fault),
    clearFaults() {
      logto.faults.clear();
      logto.webhooks.faults.clear();
    },
    setClock: (offset) => logto.clock.setOffset(offset),
    async rotateKeys(algorithm = 'EC') {
      await logto.signingKeys.rotate(algorithm);
      logto.reload();
    },
    settled: () => logto.webhooks.idle(),
    async reset() {
      await logto.webhooks.idle();
      logto.reset();
    },
    async close() {
      await listening.close();
      await logto.webhooks.idle();
      store.close();
    },
  };
}
