import type { policy } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';

export type ScopeKey = keyof typeof policy.scopes;

/** An application that acts for people with a part of their access. */
export interface ApplicationView {
  readonly clientId: string;
  /** The name as consented, or else the host, or else the client id. */
  readonly name: string;
  /** Of a client id that is a URL, where the application describes itself. */
  readonly host: string | null;
  /** Whether the application is registered in Logto, so that it did not choose its name itself. */
  readonly isVerified: boolean;
}

/** An application that a person uses in a tenant. Times are ISO 8601. */
export interface UsedApplication extends ApplicationView {
  /** The known scopes of its last token, in the order of the table. */
  readonly scopes: readonly ScopeKey[];
  /** Whether a scope covers a tool that changes something. */
  readonly canChange: boolean;
  readonly since: string | null;
  /** `null` if it has not been used yet. */
  readonly lastUsedAt: string | null;
}

/** The applications that act for people in a tenant, for other features. `router` has the tools. */
export interface ConnectedApplications {
  /** Returns the applications that can change something, by person. Omits people without one. */
  readonly changingFor: (
    tenant: string,
    subjects: readonly string[],
    router: AnyTRPCRouter,
  ) => Promise<ReadonlyMap<string, readonly UsedApplication[]>>;
  /** Returns connections that were not used since then, the oldest first. */
  readonly unusedSince: (
    tenant: string,
    since: Date,
    router: AnyTRPCRouter,
  ) => Promise<readonly (UsedApplication & { readonly subject: string })[]>;
}
