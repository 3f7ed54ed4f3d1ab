import { changeGrants } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { lazy, useMemo, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { ButtonSkeleton, GateButton } from '../../shared/gate-button.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { useGate } from '../../api/permissions.ts';
import { Conditions } from './conditions.tsx';
import { DraftPanel } from './draft-panel.tsx';
import { formatDraft, parseDraft, toggled, type DraftChange } from './grant-draft.ts';
import { GrantTable } from './grant-table.tsx';
import { PassedDown } from './passed-down.tsx';
import { PolicyDrift } from './policy-drift.tsx';

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/policy');

/** The policy as text; whether Permit has the same one; and a draft that previews a change of it. */
export function PolicyPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { draft: written } = route.useSearch();
  const query = trpc.policy.holders.useQuery();
  const problem = useProblem(query);
  const gate = useGate(trpc.policy.impact, undefined);
  const isDrafting = written !== undefined && gate.state === 'allowed';
  const changes = useMemo(() => parseDraft(written ?? ''), [written]);
  const table = useMemo(() => changeGrants(policy, isDrafting ? changes : []), [isDrafting, changes]);
  if (problem !== null) return <Problem problem={problem} title={t('policy.failed')} />;
  const setDraft = (next: readonly DraftChange[] | null): void =>
    void navigate({
      to: '/policy',
      search: { draft: next === null ? undefined : formatDraft(next) },
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <LazyPart>
        <PrintLine />
      </LazyPart>
      <PageHeader
        title={t('policy.title')}
        purpose={t('policy.purpose')}
        actions={
          // Reserves space for the button while its gate loads.
          gate.state === 'unknown' ? (
            <ButtonSkeleton label={t('policy.draft.start')} />
          ) : (
            <GateButton gate={gate} label={t('policy.draft.start')} whenDenied="hide" changes={false}>
              <Button
                aria-pressed={isDrafting}
                onClick={() => setDraft(isDrafting ? null : [])}
                variant={isDrafting ? 'secondary' : 'primary'}
                icon={FlaskConical}
              >
                {t(isDrafting ? 'policy.draft.end' : 'policy.draft.start')}
              </Button>
            </GateButton>
          )
        }
      />
      <PolicyDrift />
      <div className={isDrafting ? 'gap-6 xl:grid xl:grid-cols-[minmax(0,1fr)_22rem] xl:items-start' : ''}>
        <GrantTable
          table={table}
          holders={query.data}
          {...(isDrafting && {
            draft: { changes, onToggle: (cell) => setDraft(toggled(changes, cell)) },
          })}
        />
        {isDrafting && <DraftPanel changes={changes} onDiscard={() => setDraft([])} />}
      </div>
      <PassedDown />
      <Conditions />
    </>
  );
}
