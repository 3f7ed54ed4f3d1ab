import type { CheckedExplanation } from '@latchkey/permissions';
import type { AppPermission } from '@latchkey/policy';
import type { SignedIn } from '../platform/trpc/context.ts';
import type { RoleSource, SourcedRole } from './role-source.ts';

export interface AccessQuestion {
  readonly subject: string;
  readonly permission: AppPermission;
  /** The id of the report or collection that the permission applies to. */
  readonly instance?: string | undefined;
}

export interface AccessExplanation {
  readonly subject: string;
  readonly permission: AppPermission;
  /** The report or collection in question; `null`: the resource as a whole. */
  readonly instance: InstanceView | null;
  /** The PDP's decision, which is authoritative. */
  readonly outcome: 'allow' | 'deny';
  /** Whether the facts give the PDP's result. If not, some have not reached the PDP yet, or its policy differs. */
  readonly agrees: boolean;
  /** If the facts allow the permission: every path that is sufficient on its own, the furthest-reaching path first. */
  readonly paths: readonly Chain[];
  /** If the facts do not allow the permission: the roles that the user holds, none of which grants the permission. */
  readonly held: readonly Chain[];
  /** Sets of changes, each of which would allow the permission; the smallest set first. */
  readonly remedies: readonly RemedyView[];
  readonly notes: readonly NoteView[];
}

export type NoteView =
  | { readonly kind: 'unknown-user' }
  /** Only roles in the tenant `default` count for the permission. */
  | { readonly kind: 'about-installation' }
  /** The role would be derived from a linked instance if the user held no role on the instance itself. */
  | { readonly kind: 'suppressed'; readonly role: string; readonly instance: InstanceView };

export interface InstanceView {
  readonly resource: string;
  /** `null` for an instance that the reader may not see. Never `null` for a report or for the instance in question. */
  readonly key: string | null;
  /** `null` when the instance has no title or the reader may not see the instance. */
  readonly title: string | null;
}

export type ChainNode =
  /** A role that the user holds on the next node. `source`: `null` for a role on an instance. */
  | { readonly kind: 'role'; readonly role: string; readonly source: RoleSource | null }
  /** A role that the previous role includes. */
  | { readonly kind: 'included-role'; readonly role: string }
  /** A role derived on the previous instance through the previous relation. */
  | { readonly kind: 'derived-role'; readonly role: string }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'instance'; readonly instance: InstanceView }
  /** The previous instance has this relation to the next one. */
  | { readonly kind: 'relation'; readonly relation: string }
  | { readonly kind: 'user-set'; readonly key: string }
  | { readonly kind: 'resource-set'; readonly key: string }
  | { readonly kind: 'resource'; readonly resource: string };

/** The nodes from a user to a permission, in order. */
export type Chain = readonly ChainNode[];

export type ChangeView =
  /** `inLogto`: sync manages the role, so it must be assigned in Logto. */
  | { readonly kind: 'tenant-role'; readonly role: string; readonly inLogto: boolean }
  | { readonly kind: 'instance-role'; readonly role: string; readonly instance: InstanceView }
  | {
      readonly kind: 'relation';
      readonly subject: InstanceView;
      readonly relation: string;
      readonly object: InstanceView;
    }
  | {
      readonly kind: 'attribute';
      readonly of: 'user' | 'resource' | 'tenant' | 'context';
      readonly attribute: string;
      readonly value: unknown;
      /** The path of the value in Logto's user, if sync manages it: `customData.clearance`. */
      readonly logtoPath: string | null;
      /** The Logto user role that gives the value. */
      readonly logtoRole: string | null;
    };

export type RemedyView = readonly ChangeView[];

/**
 * @throws {AppError} `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`, `EXPLANATION_LIMIT`
 * @throws {ExplanationUnavailableError} @throws {PermitApiError} @throws {AuthorizationUnavailableError}
 */
export type ExplainAccess = (reader: SignedIn, question: AccessQuestion) => Promise<AccessExplanation>;

/** An explanation from the facts at one time, not yet filtered for a reader. Plain data that can be stored. */
export interface ExplainedAccess {
  readonly explanation: CheckedExplanation;
  readonly roles: readonly SourcedRole[];
}

/** Explains in two steps, so that facts read at one time can be shown later. */
export interface AccessExplainer {
  readonly explain: ExplainAccess;
  /** Explains the decision from the current facts, unfiltered. @throws as `explain`, without its limits */
  readonly read: (tenant: string, question: AccessQuestion) => Promise<ExplainedAccess>;
  /** Filters an explanation for a reader: names nothing that they may not see. */
  readonly show: (
    reader: SignedIn,
    question: AccessQuestion,
    explained: ExplainedAccess,
  ) => Promise<AccessExplanation>;
}
