import { dateOf } from '../../directory/notice.ts';
import type { Target } from './target.ts';

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
  const time = named.endsAt.toISOString().slice(11, 16);
  return `${role} expires on ${dateOf(named.endsAt)} at ${time} UTC.`;
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
