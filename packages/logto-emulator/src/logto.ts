import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '@latchkey/emulator-kit';
import type Provider from 'oidc-provider';
import type { AuditLog } from './directory/audit-log.ts';
import type { Clock } from './directory/clock.ts';
import type { Directory } from './directory/directory.ts';
import type { Lockouts } from './directory/lockouts.ts';
import type { Messages } from './directory/messages.ts';
import type { Settings } from './directory/settings.ts';
import type { Instances } from './oidc/instances.ts';
import type { Submissions } from './oidc/instances.ts';
import type { SigningKeys } from './oidc/signing-keys.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** One emulated tenant: its state, and the services that the pages and APIs use. */
export interface Logto {
  /** `http://localhost:<port>`, no trailing slash. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly settings: Settings;
  readonly messages: Messages;
  readonly lockouts: Lockouts;
  readonly auditLog: AuditLog;
  readonly instances: Instances;
  readonly submissions: Submissions;
  readonly signingKeys: SigningKeys;
  readonly webhooks: Webhooks;
  /** Of the HTTP interface. Those of webhooks are in `webhooks.faults`. */
  readonly faults: Faults;
  /** Client ID Metadata Documents at `https://localhost` are allowed, and fetched over HTTP. */
  readonly loopbackDocuments: boolean;
  /** For lists that Logto itself does not sort: see `shuffleLists`. */
  unordered<T>(records: readonly T[]): T[];
  /** A user's id, username or email. Undefined shows the sign-in pages. */
  signInAs(): string | undefined;
  setSignInAs(user: string | undefined): void;
  /** Handles requests under `/oidc`, whose paths are relative to `/oidc`. */
  oidc(request: IncomingMessage, response: ServerResponse): void;
  provider(): Provider;
  /** Call this after the signing keys have changed. */
  reload(): void;
  /** Clears faults and the clock's offset, too. The signing keys stay, so that clients need not fetch them again. */
  reset(): void;
}
