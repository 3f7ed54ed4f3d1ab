import type { AuthorizationQuery, AuthorizationResult } from '@latchkey/permit-engine';

/** A decision of the PDP, with its reason. */
export interface Decision {
  readonly id: string;
  /** ISO 8601, by the emulator's clock. */
  readonly timestamp: string;
  readonly environment_id: string;
  readonly query: AuthorizationQuery;
  readonly result: AuthorizationResult;
}
