import type { Store } from '@latchkey/emulator-kit';
import type Provider from 'oidc-provider';
import type { Clock } from './directory/clock.ts';
import type { Directory } from './directory/directory.ts';
import type { Instances } from './oidc/instances.ts';
import type { SigningKeys } from './oidc/signing-keys.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** One emulated Logto tenant: its state, and the parts that the pages and APIs are made of. */
export interface Logto {
  /** `http://localhost:<port>`, no trailing slash. */
  readonly endpoint: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly instances: Instances;
  readonly signingKeys: SigningKeys;
  readonly webhooks: Webhooks;
  /** Another one after each `reload`. */
  provider(): Provider;
  /** Makes a new provider, because the signing keys have changed. */
  reload(): void;
}
