import type { Target } from './target.ts';

/** The channels for notices outside the console. */
export const noticeChannels = ['webhook', 'email'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

/** `asked`: notifies approvers of a request. `ends-soon`: notifies the holder of a role of its end. */
export const noticeKinds = ['asked', 'ends-soon'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface Notice {
  /** Stable across attempts. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly tenant: string;
  readonly headline: string;
  /** The requester's reason. */
  readonly reason: string | null;
  /** The page to act on; `undefined` when the server does not know the console's URL. */
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

/** A role in a notice. */
export interface NamedTarget {
  readonly target: Target;
  /** The title of the report or the collection. */
  readonly title: string | null;
}

/** `Ann requested the role editor for 1 day.` `duration` is in seconds; `null` for no end. */
export function askedHeadline(
  named: NamedTarget & { readonly name: string; readonly duration: number | null },
): string {
  return `${named.name} requested ${roleOf(named)} ${periodOf(named.duration)}.`;
}

/** `The role editor of Ann expires on 3 December 2026 at 14:30 UTC.` Without a name it addresses the holder. */
export function endsSoonHeadline(
  named: NamedTarget & { readonly name: string | undefined; readonly endsAt: Date },
): string {
  const role =
    named.name === undefined
      ? `Your ${roleOf(named).slice(4)}`
      : `T${roleOf(named).slice(1)} of ${named.name}`;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(named.endsAt);
  const time = named.endsAt.toISOString().slice(11, 16);
  return `${role} expires on ${date} at ${time} UTC.`;
}

function roleOf({ target, title }: NamedTarget): string {
  const on =
    target.kind === 'role'
      ? ''
      : ` on the ${target.resource === 'reports' ? 'report' : 'collection'} "${title ?? target.id}"`;
  return `the role ${target.role}${on}`;
}

function periodOf(duration: number | null): string {
  if (duration === null) return 'permanently';
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, seconds] = units.find(([, length]) => duration >= length) ?? ['minute', 60];
  const count = Math.ceil(duration / seconds);
  return `for ${count} ${unit}${count === 1 ? '' : 's'}`;
}
