import { changeGrants, type Policy } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FlaskConical, ArrowRight } from 'lucide-react';
import { lazy, useMemo, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { Button } from '../../ui/button.tsx';
import { ButtonSkeleton, GateButton } from '../../shared/gate-button.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { useGate } from '../../api/permissions.ts';
import { DraftPanel } from './draft-panel.tsx';
import { formatDraft, parseDraft, toggled, type DraftChange } from './grant-draft.ts';
import { GrantTable } from './grant-table.tsx';
import { PolicyDrift } from './policy-drift.tsx';
import { PermissionName, roleName } from '../../shared/role-badge.tsx';
import { ConditionText } from './condition-text.tsx';
import { isReportRole, isSharedResource, type ReportRole, type SharedResource } from '../../policy.ts';

const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/policy');

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

function Conditions(): ReactNode {
  const { t } = useTranslation();
  return (
    <section id="conditions" aria-labelledby="conditions-title" className="mt-8 max-w-3xl">
      <h2 id="conditions-title" className="text-md font-semibold">
        {t('policy.conditions.title')}
      </h2>
      <p className="mt-1 text-muted">{t('policy.conditions.how')}</p>
      <ul className="mt-3 flex flex-col gap-3">
        {policy.rules.map(({ userSet, resourceSet, permissions }) => (
          <li key={`${userSet} ${resourceSet}`} className="rounded-card border border-line bg-surface">
            <ul className="px-4 py-3">
              {permissions.map((permission) => (
                <li key={permission}>
                  <PermissionName permission={permission} />
                </li>
              ))}
            </ul>
            <dl className="divide-y divide-line border-t border-line">
              <Part term={t('policy.conditions.who')} name={t(`reason.set.${userSet}`)}>
                <ConditionText condition={policy.userSets[userSet].where} />
              </Part>
              <Part term={t('policy.conditions.what')} name={t(`reason.set.${resourceSet}`)}>
                <ConditionText condition={policy.resourceSets[resourceSet].where} />
              </Part>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Part(props: {
  readonly term: string;
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  const { term, name, children } = props;
  return (
    <div className="px-4 py-3 md:grid md:grid-cols-[11rem_minmax(0,1fr)] md:gap-4">
      <dt>
        <span className="block text-sm text-muted">{term}</span>
        <span className="font-medium">{name}</span>
      </dt>
      <dd className="mt-1 md:mt-0">{children}</dd>
    </div>
  );
}

interface Derivation {
  readonly from: { readonly role: ReportRole; readonly on: SharedResource };
  readonly to: { readonly role: ReportRole; readonly on: SharedResource };
}

function derivationsIn({ resources }: Policy): Derivation[] {
  return Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.entries(roles).flatMap(([role, { derivedFrom = [] }]) =>
      derivedFrom.flatMap((from): Derivation[] =>
        isSharedResource(resource) &&
        isReportRole(role) &&
        isSharedResource(from.on) &&
        isReportRole(from.role)
          ? [{ from: { role: from.role, on: from.on }, to: { role, on: resource } }]
          : [],
      ),
    ),
  );
}

function PassedDown(): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="passed-down" className="mt-8 max-w-3xl">
      <h2 id="passed-down" className="text-md font-semibold">
        {t('policy.passedDown.title')}
      </h2>
      <p className="mt-1 text-muted">{t('policy.passedDown.how')}</p>
      <ul className="mt-3 divide-y divide-line rounded-card border border-line bg-surface">
        {derivationsIn(policy).map(({ from, to }) => (
          <li
            key={`${from.on}#${from.role} ${to.on}#${to.role}`}
            className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
          >
            <span>
              <span className="font-medium">{roleName(from.role, 'instance', t)}</span>{' '}
              <span className="text-muted">{t(`policy.passedDown.from.${from.on}`)}</span>
            </span>
            <ArrowRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
            <span>
              <span className="font-medium">{roleName(to.role, 'instance', t)}</span>{' '}
              <span className="text-muted">{t(`policy.passedDown.to.${to.on}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
