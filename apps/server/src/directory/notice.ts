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

/** Returns the current notice about an access review by the notice's id; `undefined` when it is obsolete. */
export type ReadReviewNotice = (mailing: Mailing, review: string, id: string) => Promise<Notice | undefined>;

/** `3 December 2026` in UTC. */
export function dateOf(time: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}
