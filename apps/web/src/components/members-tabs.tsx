import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../permissions.ts';

const pages = [
  ['members', '/members'],
  ['invitations', '/members/invitations'],
] as const;

/** From the members to who is invited, and back. Nothing for who may not see both. */
export function MembersTabs(): ReactNode {
  const { t } = useTranslation();
  const seesMembers = useGate(trpc.members.list).state === 'allowed';
  const seesInvitations = useGate(trpc.invitations.list).state === 'allowed';
  if (!seesMembers || !seesInvitations) return null;
  return (
    <nav aria-label={t('membersTabs.label')} className="mb-5 border-b border-line print:hidden">
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
