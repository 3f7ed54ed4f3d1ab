import type { Transaction } from '../platform/database/open-database.ts';

export const noticeChannels = ['webhook', 'email'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

/**
 * `asked`: notifies approvers of a request. `ends-soon`: notifies the holder of a role of its end. `review-due`: reminds
 * reviewers of an access review, and its managers when it is overdue.
 */
export const noticeKinds = ['asked', 'ends-soon', 'review-due'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface Notice {
  /** Stable across attempts. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly tenant: string;
  readonly headline: string;
  readonly reason: string | null;
  /** The page where the recipient can act; `undefined` when the server does not know the console's URL. */
  readonly link: { readonly url: string; readonly label: string } | undefined;
  readonly email: {
    readonly headline: string;
    /** `bcc` hides the addresses of approvers from one another. */
    readonly field: 'to' | 'bcc';
    readonly recipients: () => Promise<readonly string[]>;
  };
}

/** Sends a notice. Rejects when the receiver did not accept it. */
export type SendNotice = (notice: Notice, signal: AbortSignal) => Promise<void>;

export interface Mailing {
  /** The URL of a console page such as `/access`, in the organization of a tenant. */
  readonly linkTo: (path: string, tenant: string) => string | undefined;
  /** The email addresses of the users among these who want emails of this kind. */
  readonly recipients: (tenant: string, kind: NoticeKind, keys: readonly string[]) => Promise<string[]>;
}

export interface QueuedNotice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly requestId: string | null;
  readonly grantId: string | null;
  readonly reviewId: string | null;
  /** The announced end, for `ends-soon`. */
  readonly endsAt: Date | null;
}

/** Returns the current content of a notice; `undefined` if it is obsolete. */
export type ReadNotice = (mailing: Mailing, notice: QueuedNotice) => Promise<Notice | undefined>;

interface Person {
  readonly tenant: string;
  readonly subject: string;
}

/** The email preferences of users. By default, users get all emails. */
export interface MailChoices {
  readonly unwantedBy: (person: Person) => Promise<NoticeKind[]>;
  readonly choose: (person: Person, kind: NoticeKind, isWanted: boolean) => Promise<void>;
  readonly wanting: (tenant: string, kind: NoticeKind, keys: readonly string[]) => Promise<string[]>;
}

/** Queues the notices of requests and reviews. */
export interface Notices {
  readonly hasMail: boolean;
  readonly mailChoices: MailChoices;
  /** Queues each notice for every channel, within the transaction that causes it. */
  readonly add: (
    transaction: Transaction,
    notices: readonly (Pick<QueuedNotice, 'kind'> & Partial<Omit<QueuedNotice, 'id'>>)[],
  ) => Promise<void>;
  /** Sends the notices after all that were skipped because the request was decided. */
  readonly reopen: (transaction: Transaction, requestId: string) => Promise<void>;
}

/** `3 December 2026` in UTC. */
export function dateOf(time: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}
