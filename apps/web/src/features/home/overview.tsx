import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useActiveOrganization } from '../../layout/organizations.ts';
import { DecisionsChart } from './decisions-chart.tsx';
import { DeniedChart } from './denied-chart.tsx';
import { EndsSoonCard } from './ends-soon.tsx';
import { Figures } from './figures.tsx';
import { RolesChart } from './roles-chart.tsx';

/** For users who can view members and the audit log. The other figures have gates of their own. */
export function Overview(): ReactNode {
  const { t } = useTranslation();
  const members = useGate(trpc.members.list, undefined);
  const audit = useGate(trpc.audit.list, undefined);
  const ending = useGate(trpc.requests.ending, undefined);
  const reviews = useGate(trpc.reviews.unusedCount, undefined);
  const sync = useGate(trpc.sync.status);
  const isInDefault = useActiveOrganization() === null;
  const isAllowed = [members, audit].every(({ state }) => state === 'allowed');
  const isPending = [members, audit].some(({ state }) => state === 'unknown');
  useChanges('members', isAllowed);
  // The cards below wait for it, because it would move them.
  if (isPending) return <div aria-busy="true" />;
  if (!isAllowed) return null;
  const seesEnds = ending.state === 'allowed';
  return (
    <section aria-label={t('home.overview.title')} className="mb-8 flex flex-col gap-6">
      <Figures
        seesEnds={seesEnds}
        seesReviews={reviews.state === 'allowed'}
        seesSync={sync.state === 'allowed' && isInDefault}
      />
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        <DecisionsChart />
        <RolesChart />
        <div className="md:max-xl:col-span-2">
          <DeniedChart />
        </div>
      </div>
      {seesEnds && <EndsSoonCard />}
    </section>
  );
}
