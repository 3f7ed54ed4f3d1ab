import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../api/permissions.ts';
import { PageTabs } from '../ui/page.tsx';

/** Tabs for members and invitations. Hidden unless the user can view both; reserves its space while loading. */
export function MembersTabs(): ReactNode {
  const { t } = useTranslation();
  const states = [
    useGate(trpc.members.list, undefined).state,
    useGate(trpc.invitations.list, undefined).state,
  ];
  if (states.some((state) => state === 'denied' || state === 'unavailable')) return null;
  const pages = [
    { to: '/members', name: t('membersTabs.members') },
    { to: '/members/invitations', name: t('membersTabs.invitations') },
  ] as const;
  return <PageTabs label={t('membersTabs.label')} pages={states.includes('unknown') ? undefined : pages} />;
}
