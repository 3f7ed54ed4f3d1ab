import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { trpc } from '../api/trpc.ts';
import { useGate } from '../api/permissions.ts';
import { PageTabs } from '../ui/page.tsx';

/** Tabs for the pages that the user can view. Hidden if there is only one; reserves its space while loading. */
export function MembersTabs(): ReactNode {
  const { t } = useTranslation();
  const tabs = [
    { to: '/members', name: 'members', gate: useGate(trpc.members.list, undefined) },
    { to: '/members/invitations', name: 'invitations', gate: useGate(trpc.invitations.list, undefined) },
    { to: '/members/applications', name: 'applications', gate: useGate(trpc.applications.list, undefined) },
  ] as const;
  const isLoading = tabs.some(({ gate }) => gate.state === 'unknown');
  const pages = tabs
    .filter(({ gate }) => gate.state === 'allowed')
    .map(({ to, name }) => ({ to, name: t(`membersTabs.${name}`) }));
  if (!isLoading && pages.length < 2) return null;
  return <PageTabs label={t('membersTabs.label')} pages={isLoading ? undefined : pages} />;
}
