import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import type { UsedApplication } from '../../directory/connected-applications.ts';
import { PersonKey, SearchText } from '../../directory/directory-person.ts';
import type { NamedPerson } from '../../directory/people.ts';
import type { RoleSource } from '../../directory/role-source.ts';
import { sharedResources } from '../../directory/shared-resources.ts';
import { RowId, StorableText } from '../../platform/text-input.ts';

/**
 * The status of a review.
 *
 * - `preparing`: the population is being read. `draft`: the review can be started.
 * - `open`: the reviewers decide. `applying`: the review was finished, and the removals are being made.
 * - `closed`: all removals are made or given up, and the evidence is sealed. `cancelled`: nothing was applied.
 */
export type ReviewStatus = 'preparing' | 'draft' | 'open' | 'applying' | 'closed' | 'cancelled';

const Role = z.enum(rolesOf(policy));

export const ReviewScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  /** Roles that can change other users' access. */
  z.object({ kind: z.literal('privileged') }),
  z.object({ kind: z.literal('instances'), resource: z.enum(sharedResources) }),
  z.object({ kind: z.literal('machines') }),
  /** Users who have not signed in for 90 days. */
  z.object({ kind: z.literal('inactive') }),
]);
export type ReviewScope = z.output<typeof ReviewScope>;

/** Who reviews. No user reviews their own access. */
export const Reviewers = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: Role }),
  z.object({ kind: z.literal('users'), subjects: z.array(PersonKey).min(1).max(50) }),
  /** The owners of each report or collection; for tenant roles, the holders of the role `otherwise`. */
  z.object({ kind: z.literal('owners'), otherwise: Role }),
]);
export type Reviewers = z.output<typeof Reviewers>;

export const recurrences = ['none', 'monthly', 'quarterly'] as const;
export type Recurrence = (typeof recurrences)[number];

export const CreateInput = z.object({
  name: StorableText.trim().min(1).max(120),
  scope: ReviewScope,
  reviewers: Reviewers,
  dueAt: z.iso.datetime(),
  recurrence: z.enum(recurrences).default('none'),
});
export type CreateInput = z.output<typeof CreateInput>;

/**
 * The flags of a row.
 *
 * - `inactive`: the user has not signed in for 90 days.
 * - `privileged`: the role can change other users' access.
 * - `only-holder`: nobody else has the role in the tenant.
 * - `unused`: the role is older than 90 days, and none of its permissions was used in that time.
 * - `new`, `changed`: compared with the previous review of the same scope.
 */
export const rowFlags = [
  'privileged',
  'new',
  'changed',
  'unused',
  'inactive',
  'suspended',
  'machine',
  'only-holder',
] as const;
export type RowFlag = (typeof rowFlags)[number];

export type ReviewedSource =
  | RoleSource
  /** The user created the report or collection, and so became its owner. `at`: ISO 8601. */
  | { readonly kind: 'creator'; readonly at: string };

export const decisions = ['keep', 'remove', 'change'] as const;
export type Decision = (typeof decisions)[number];

/**
 * The outcome of a row.
 *
 * - `not-reviewed`: nobody decided the row.
 * - `pending`, `failed`: the removal will be attempted again; `failure` has the code of the last failure.
 * - `removed`: the PDP no longer has the role. `replaced`: likewise, and the user has the lesser role instead.
 * - `gone`: the role or the user was already gone.
 * - `changed`: the source or the end of the role has changed, so nothing was applied.
 * - `given-up`: a manager closed the review without the removal.
 */
export type Outcome =
  'kept' | 'not-reviewed' | 'pending' | 'failed' | 'removed' | 'replaced' | 'gone' | 'changed' | 'given-up';

/** Facts about one role of a user or machine. Times are ISO 8601; `null` if unknown. */
export interface ReviewedRole {
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine: boolean;
  readonly isSuspended: boolean;
  readonly title: string | null;
  /** `null` for a role on an instance that was assigned outside this console. */
  readonly source: ReviewedSource | null;
  readonly since: string | null;
  readonly lastSignInAt: string | null;
  /** A role on an instance was used only if it was used on that instance; a tenant role, anywhere in the tenant. */
  readonly lastUsedAt: string | null;
  /** The role's permissions that were used within the last 30 days. */
  readonly used: readonly string[];
  readonly grants: readonly string[];
  /** The number of reports that inherit the role from the collection. */
  readonly inherited: number;
}

export interface Completeness {
  readonly from: string;
  readonly until: string;
  /** The number of users, or of members of the organization, in Logto; `null` without access to the Management API. */
  readonly logtoUsers: number | null;
  /** The number of users in Logto who are not in Permit, and so have no role. */
  readonly onlyInLogto: number | null;
  /** The number of users in Permit with a role in the tenant or on its instances, and the number of these roles. */
  readonly permitUsers: number;
  readonly permitRoles: number;
  /** The number of these roles that are within the scope. */
  readonly rows: number;
}

/** The hash is in hexadecimal; the signature and the key are in base64. */
export interface Seal {
  readonly sha256: string;
  /** The Ed25519 signature of the bytes of the evidence. */
  readonly signature: string;
  /** The public key as SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** The first 16 hexadecimal digits of the SHA-256 of the public key. */
  readonly keyId: string;
}

export const ReviewRef = z.object({ id: RowId });

/** `newOwner`: the user who becomes an owner of the reports and collections that would have none. */
export const FinishInput = ReviewRef.extend({ newOwner: PersonKey.optional() });
export type FinishInput = z.output<typeof FinishInput>;

export const RowFilter = z.object({
  /** Selects only rows assigned to the caller. */
  mine: z.boolean().optional(),
  decision: z.enum(['none', ...decisions]).optional(),
  flag: z.enum(rowFlags).optional(),
  /** `true` selects rows that were kept in the previous review and are unchanged since; `false` selects all others. */
  unchanged: z.boolean().optional(),
  subject: PersonKey.optional(),
  search: SearchText.optional(),
  outcome: z.enum(['pending', 'failed', 'changed']).optional(),
});
export type RowFilter = z.output<typeof RowFilter>;

export const RowsInput = ReviewRef.extend({
  ...RowFilter.shape,
  by: z.enum(['user', 'role']).default('user'),
  /** The `position` (with `by: 'user'`) or `positionByRole` of the last row on the previous page. */
  after: z.number().int().min(-1).max(10_000_000).default(-1),
  limit: z.number().int().min(1).max(200).default(100),
});

const Position = z.number().int().min(0).max(10_000_000);

export const DecideInput = ReviewRef.extend({
  rows: z
    .array(z.object({ position: Position, revision: z.number().int().min(0) }))
    .min(1)
    .max(500),
  /** `null` withdraws the decision. */
  decision: z.enum(decisions).nullable(),
  /** The lesser role, for the decision `change`. */
  newRole: z.string().max(50).optional(),
  /** Required to remove or change a role, and to keep one whose row has flags. */
  reason: StorableText.trim().max(1_000).optional(),
});

export interface ReviewRow {
  readonly position: number;
  readonly positionByRole: number;
  readonly subject: string;
  readonly role: string;
  readonly instance: string | null;
  readonly facts: ReviewedRole;
  /** The applications that act for the user and can change something. */
  readonly applications: readonly UsedApplication[];
  readonly flags: readonly RowFlag[];
  readonly reviewer: NamedPerson | null;
  /** Whether the caller can decide the row: the review is open, and the row is not about their own access. */
  readonly canDecide: boolean;
  /** The lesser roles by which the row's role can be replaced. */
  readonly lesserRoles: readonly string[];
  readonly decision: Decision | null;
  readonly newRole: string | null;
  readonly reason: string | null;
  readonly decidedBy: NamedPerson | null;
  readonly decidedAt: string | null;
  readonly revision: number;
  readonly outcome: Outcome | null;
  readonly failure: string | null;
  readonly verifiedAt: string | null;
}

export interface ReviewSummary {
  readonly id: string;
  readonly name: string;
  readonly scope: ReviewScope;
  readonly status: ReviewStatus;
  readonly recurrence: Recurrence;
  readonly dueAt: string;
  readonly createdBy: NamedPerson;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly closedAt: string | null;
  readonly rows: number;
  readonly decided: number;
  /** The number of rows assigned to the caller. `mine`: the undecided ones. */
  readonly assigned: number;
  readonly mine: number;
}

export interface ReviewerProgress {
  readonly reviewer: NamedPerson | null;
  readonly rows: number;
  readonly decided: number;
}

export interface ReviewDetails extends ReviewSummary {
  readonly canManage: boolean;
  readonly chosen: Reviewers;
  readonly completeness: Completeness | null;
  /** The number of roles read so far while the review is `preparing`. */
  readonly prepared: number;
  /** The code of the worker's last failure; `null` if its last attempt succeeded. */
  readonly failure: string | null;
  /** `reviewer: null` stands for the rows that have no reviewer. */
  readonly progress: readonly ReviewerProgress[];
  readonly counts: {
    readonly keep: number;
    readonly remove: number;
    readonly change: number;
    readonly unchanged: number;
    readonly flags: Readonly<Partial<Record<RowFlag, number>>>;
    readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  };
  readonly previous: { readonly id: string; readonly name: string; readonly closedAt: string } | null;
  readonly finishedBy: NamedPerson | null;
  /** `null` until the evidence is sealed. */
  readonly seal: Seal | null;
  readonly notes: readonly {
    readonly id: string;
    readonly by: NamedPerson;
    readonly at: string;
    readonly text: string;
  }[];
}

/** A planned removal or change: what the user loses, and what they keep through other roles. */
export interface PlannedRemoval extends Pick<
  ReviewRow,
  'position' | 'subject' | 'role' | 'instance' | 'facts' | 'decision' | 'newRole'
> {
  readonly loses: readonly string[];
  readonly keeps: readonly string[];
  /** Whether the removal also ends the membership in Logto, because all members have this role. */
  readonly leavesOrganization: boolean;
  /** The code with which the removal would be refused; `null` if nothing prevents it. */
  readonly obstacle: string | null;
}

const ReviewChange = z.object({
  tenant: z.string(),
  review: z.uuid(),
  reviewer: z.string().optional(),
});
export type ReviewChange = z.output<typeof ReviewChange>;
export const reviewsTopic = { name: 'reviews', schema: ReviewChange };
