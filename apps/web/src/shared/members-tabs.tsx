import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../api/permissions.ts';

const pages = [
  ['members', '/members'],
  ['invitations', '/members/invitations'],
] as const;

const line = 'mb-5 border-b border-line print:hidden';

/** Tabs for members and invitations. Hidden unless the user can view both; reserves its space while loading. */
export function MembersTabs(): ReactNode {
  const { t } = useTranslation();
  const states = [
    useGate(trpc.members.list, undefined).state,
    useGate(trpc.invitations.list, undefined).state,
  ];
  if (states.some((state) => state === 'denied' || state === 'unavailable')) return null;
  if (states.includes('unknown')) return <div className={`${line} h-10 box-content pointer-coarse:h-11`} />;
  return (
    <nav aria-label={t('membersTabs.label')} className={line}>
      <ul className="flex gap-5">
        {pages.map(([name, to]) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              className="-mb-px flex h-10 items-center border-b-2 border-transparent font-medium text-muted hover:text-ink aria-[current=page]:border-brass-line aria-[current=page]:text-ink pointer-coarse:h-11"
            >
              {t(`membersTabs.${name}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
