import { CircleMinus, Hourglass } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Denial } from '../api/api-error.ts';
import { trpc, type Outputs } from '../api/trpc.ts';
import { useTranslation } from '../i18n/use-translation.tsx';
import { textAction } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { dateFormat } from '../ui/format-time.ts';
import { useNow } from '../ui/time.tsx';
import { RequestAccess, usePageInstance } from './request-access/request-access.tsx';
import { useRequestSheet } from './request-access/use-request-sheet.ts';

type RoleEnd = Outputs['session']['me']['ends'][number];

/** The end of a role that would grant what was denied, if it ended within the last day. */
export function useEndedRole({ permission, grantedBy, grantedOn }: Denial): RoleEnd | undefined {
  const { data: me } = trpc.session.me.useQuery();
  const [deniedAt] = useState(Date.now);
  const instance = usePageInstance(permission);
  return me?.ends.find(({ target, at, hasEnded }) => {
    if (!hasEnded && Date.parse(at) > deniedAt) return false;
    if (target.kind === 'role') return grantedBy.includes(target.role);
    return (
      target.id === instance &&
      target.resource === grantedOn?.resource &&
      grantedOn.roles.includes(target.role)
    );
  });
}

/** "Your role “Editor” expired on November 29, 2026 at 14:05." */
export function useEndText(): (end: RoleEnd) => string {
  const { t, i18n } = useTranslation();
  const format = dateFormat(i18n.language, { dateStyle: 'long', timeStyle: 'short' });
  return ({ target, at, isRemoved }) =>
    t(`roleEnd.${isRemoved ? 'removed' : 'expired'}.${target.kind === 'role' ? 'role' : target.resource}`, {
      at: format.format(new Date(at)),
      role: t(`role.${target.kind === 'role' ? target.role : 'viewer'}`),
    });
}

export function LostAccess({ denial }: { readonly denial: Denial }): ReactNode {
  const { t } = useTranslation();
  const endText = useEndText();
  const end = useEndedRole(denial);
  const { permission, grantedBy, grantedOn } = denial;
  // Waits for the ends of the roles, which are fetched after the gates.
  const { isFetchedAfterMount } = trpc.session.me.useQuery(undefined, { refetchOnMount: 'always' });
  if (!isFetchedAfterMount) return null;
  return (
    <div role="alert">
      <Callout
        tone="denied"
        icon={CircleMinus}
        title={t(
          end === undefined
            ? 'roleEnd.lost'
            : end.isRemoved
              ? 'roleEnd.removedTitle'
              : 'roleEnd.expiredTitle',
        )}
        action={
          permission !== null && (
            <RequestAccess
              permission={permission}
              roles={grantedBy}
              on={grantedOn}
              targets={end && [end.target]}
              variant="button"
            />
          )
        }
      >
        <p>
          {end !== undefined && endText(end)} {t('roleEnd.kept')}
        </p>
      </Callout>
    </div>
  );
}

/** Milliseconds before the end of a role from which a countdown is shown. */
const shownWithin = 600_000;

export function RoleCountdown(): ReactNode {
  const { data: me } = trpc.session.me.useQuery();
  const end = me?.ends.findLast(({ hasEnded }) => !hasEnded);
  return end === undefined ? null : <Countdown end={end} />;
}

function Countdown({ end }: { readonly end: RoleEnd }): ReactNode {
  const { t } = useTranslation();
  const openSheet = useRequestSheet();
  const { at, target } = end;
  const left = Date.parse(at) - useNow(1_000);
  if (left > shownWithin || left <= 0) return null;
  const [minutes, seconds] = [Math.floor(left / 60_000), Math.floor(left / 1_000) % 60];
  return (
    <p
      role="timer"
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-card bg-unknown-wash px-4 py-3 text-unknown print:hidden"
    >
      <span className="flex items-start gap-2 tabular-nums">
        <Hourglass aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        {t(`roleEnd.soon.${target.kind === 'role' ? 'role' : target.resource}`, {
          role: t(`role.${target.kind === 'role' ? target.role : 'viewer'}`),
          left: `${minutes}:${String(seconds).padStart(2, '0')}`,
        })}
      </span>
      <button
        type="button"
        onClick={() => openSheet?.({ kind: 'new', targets: [target] })}
        className={`${textAction} text-ink`}
      >
        {t('roleEnd.again')}
      </button>
    </p>
  );
}
