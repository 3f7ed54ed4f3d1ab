import type { CheckedExplanation } from '@latchkey/permissions';
import type { AppPermission } from '@latchkey/policy';
import type { SignedIn } from '../trpc/context.ts';
import type { RoleSource, SourcedRole } from './role-source.ts';

/** Why somebody may, or may not. */
export interface AccessQuestion {
  /** Of the tenant of whoever asks. */
  readonly subject: string;
  readonly permission: AppPermission;
  /** The id of what the permission is about: a report, or a collection. */
  readonly instance?: string | undefined;
}

/** What a reader is told of a decision about somebody in their own tenant. */
export interface AccessExplanation {
  readonly subject: string;
  readonly permission: AppPermission;
  /** The report or the collection that the question is about; `null`: the resource as a whole. */
  readonly instance: InstanceView | null;
  /** What the PDP decides: it counts. */
  readonly outcome: 'allow' | 'deny';
  /** Whether the facts say the same. If not, they have not reached the PDP, or it has another policy. */
  readonly agrees: boolean;
  /** When the facts allow it: every path, each of which is enough. Those that reach furthest first. */
  readonly paths: readonly Chain[];
  /** When the facts do not allow it: the roles that are held, none of which grants it. */
  readonly held: readonly Chain[];
  /** What would allow it, the smallest first. */
  readonly remedies: readonly RemedyView[];
  readonly notes: readonly NoteView[];
}

export type NoteView =
  | { readonly kind: 'unknown-user' }
  /** Only roles in the tenant `default` count for the permission. */
  | { readonly kind: 'about-installation' }
  /** The role would come from a linked instance, if no role were held on the instance itself. */
  | { readonly kind: 'suppressed'; readonly role: string; readonly instance: InstanceView };

/** What an explanation tells of an instance. */
export interface InstanceView {
  readonly resource: string;
  /** `null` for an instance that is neither a report nor what was asked about, and that the reader may not see. */
  readonly key: string | null;
  /** `null` when it has none, or the reader may not see it. */
  readonly title: string | null;
}

/** One node between a person and a permission. */
export type ChainNode =
  /** A role that the person holds: on what, says the next node. `source`: `null` for a role on an instance. */
  | { readonly kind: 'role'; readonly role: string; readonly source: RoleSource | null }
  /** A role that the role before includes. */
  | { readonly kind: 'included-role'; readonly role: string }
  /** A role on the instance before, by the relation. */
  | { readonly kind: 'derived-role'; readonly role: string }
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'instance'; readonly instance: InstanceView }
  /** The instance before is this of the instance after. */
  | { readonly kind: 'relation'; readonly relation: string }
  | { readonly kind: 'user-set'; readonly key: string }
  | { readonly kind: 'resource-set'; readonly key: string }
  /** All instances of the resource. */
  | { readonly kind: 'resource'; readonly resource: string };

/** The nodes between a person and a permission, from left to right. */
export type Chain = readonly ChainNode[];

/** One fact that is not so yet. */
export type ChangeView =
  /** `inLogto`: the role is given there, because sync takes it from there. */
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
      /** Where the value is in Logto's user, when sync takes it from there: `customData.clearance`. */
      readonly logtoPath: string | null;
      /** The user role in Logto that gives the value. */
      readonly logtoRole: string | null;
    };

/** Facts that would allow the permission together. */
export type RemedyView = readonly ChangeView[];

/**
 * @throws {AppError} `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`, `EXPLANATION_LIMIT`
 * @throws {ExplanationUnavailableError} @throws {PermitApiError} @throws {AuthorizationUnavailableError}
 */
export type ExplainAccess = (reader: SignedIn, question: AccessQuestion) => Promise<AccessExplanation>;

/** Why, by the facts of one moment, and for no reader yet. Plain data: it can be stored. */
export interface ExplainedAccess {
  readonly explanation: CheckedExplanation;
  /** The roles of the person in the tenant. */
  readonly roles: readonly SourcedRole[];
}

/** An explanation in two steps, so that what was read at one time can be shown at another one. */
export interface AccessExplainer {
  /** Both steps, at once. */
  readonly explain: ExplainAccess;
  /** Reads the facts. @throws as `explain`, without its limits */
  readonly read: (tenant: string, question: AccessQuestion) => Promise<ExplainedAccess>;
  /** Names nothing that the reader may not see. */
  readonly show: (
    reader: SignedIn,
    question: AccessQuestion,
    explained: ExplainedAccess,
  ) => Promise<AccessExplanation>;
}
