import type { Target } from './target.ts';

/** The ways to tell deciders outside the console. */
export const noticeChannels = ['webhook', 'email'] as const;
export type NoticeChannel = (typeof noticeChannels)[number];

/** What a notice says of a request. */
export interface Notice {
  /** The same at every attempt. */
  readonly id: string;
  readonly tenant: string;
  /** The key in Permit of who asks. */
  readonly requesterKey: string;
  /** Their name, or the key. */
  readonly requester: string;
  readonly target: Target;
  /** The title of the report that it is about. */
  readonly title: string | null;
  readonly reason: string;
  /** Seconds; `null`: for good. */
  readonly duration: number | null;
  /** Where it is decided; `undefined` when the server does not know its own address. */
  readonly link: string | undefined;
}

/** Sends a notice. Rejects when the receiver did not accept it. */
export type SendNotice = (notice: Notice, signal: AbortSignal) => Promise<void>;

/** `Ann asks for the role editor for 1 day.` */
export function headlineOf({ requester, target, title, duration }: Notice): string {
  const on = target.kind === 'role' ? '' : ` on the report "${title ?? target.id}"`;
  return `${requester} asks for the role ${target.role}${on} ${periodOf(duration)}.`;
}

function periodOf(duration: number | null): string {
  if (duration === null) return 'for good';
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, seconds] = units.find(([, length]) => duration >= length) ?? ['minute', 60];
  const count = Math.ceil(duration / seconds);
  return `for ${count} ${unit}${count === 1 ? '' : 's'}`;
}
