import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '@latchkey/emulator-kit';
import type Provider from 'oidc-provider';
import type { Clock } from './directory/clock.ts';
import type { Directory } from './directory/directory.ts';
import type { Lockouts } from './directory/lockouts.ts';
import type { Messages } from './directory/messages.ts';
import type { Settings } from './directory/settings.ts';
import type { Instances } from './oidc/instances.ts';
import type { SigningKeys } from './oidc/signing-keys.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** One emulated Logto tenant: its state, and the parts that the pages and APIs are made of. */
export interface Logto {
  /** `http://localhost:<port>`, no trailing slash. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly settings: Settings;
  /** What would have been sent by email or text message. */
  readonly messages: Messages;
  readonly lockouts: Lockouts;
  readonly instances: Instances;
  readonly signingKeys: SigningKeys;
  readonly webhooks: Webhooks;
  /** Misbehaviour of the HTTP interface; that of webhooks is in `webhooks.faults`. */
  readonly faults: Faults;
  /** The user (id, username or email) that every sign-in signs in without asking; undefined when people are asked. */
  signInAs(): string | undefined;
  setSignInAs(user: string | undefined): void;
  /** Answers what is under `/oidc`, with paths from there. */
  oidc(request: IncomingMessage, response: ServerResponse): void;
  /** Another one after each `reload`. */
  provider(): Provider;
  /** Makes a new provider, because the signing keys have changed. */
  reload(): void;
  /** As freshly started: the seed and nothing else, no faults, the machine's time. The signing keys stay, so that nobody has to fetch them again. */
  reset(): void;
}
