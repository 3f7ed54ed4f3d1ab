import { Link, useRouteContext } from '@tanstack/react-router';
import { CircleCheck, ExternalLink } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { PageHeader, PageTitle } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { Command, SetupStep } from './setup-step.tsx';
import { type Checklist, useSetupStatus } from './counted-setup.tsx';

/** The open steps of a new installation, until all are done. */
export function SetupPage(): ReactNode {
  const { t } = useTranslation();
  const query = useSetupStatus();
  const { data } = query;
  const problem = useProblem(query);
  // The server reports it once; this page remembers it.
  const [isComplete, setComplete] = useState(false);
  if (data?.state === 'done' && !isComplete) setComplete(true);
  if (problem !== null) return <Problem problem={problem} title={t('setup.failed')} />;
  if (data === undefined) {
    return (
      <div className="max-w-3xl">
        <PageHeader title={t('setup.title')} purpose={t('setup.purpose')} />
        <RowsSkeleton />
      </div>
    );
  }
  switch (data.state) {
    case 'no-administrator':
      return <FirstAdministrator />;
    case 'open':
      return <OpenChecklist list={data} />;
    default:
      return <Over isComplete={isComplete} />;
  }
}

function OpenChecklist({ list: { checks, links } }: { readonly list: Checklist }): ReactNode {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const copies: Readonly<Record<Checklist['checks'][number]['name'], string | null>> = {
    logto: null,
    pdp: 'latchkey doctor',
    policy: 'latchkey policy apply',
    administrator: `latchkey grant ${person.key} admin`,
    'management-api': 'latchkey doctor',
    webhook: `${location.origin}/api/webhooks/logto`,
  };
  const done = checks.filter(({ state }) => state === 'done').length;
  return (
    <div className="max-w-3xl">
      <PageHeader title={t('setup.title')} purpose={t('setup.purpose')} />
      <output className="mb-2 block text-sm text-muted tabular-nums">
        {t('setup.progress', { done, count: checks.length })}
      </output>
      <ol className="divide-y divide-line rounded-card border border-line bg-surface">
        {checks.map(({ name, state }) => (
          <SetupStep
            key={name}
            state={state}
            name={t(`setup.check.${name}.name`)}
            how={t(`setup.check.${name}.how`)}
            copy={copies[name]}
          />
        ))}
      </ol>
      <p className="mt-3 text-sm text-muted">
        {t('setup.commandsWhere', { command: 'latchkey policy apply' })}
      </p>
      <section className="mt-6">
        <p className="text-muted">{t('setup.doctor')}</p>
        <Command text="latchkey doctor" />
      </section>
      <Consoles links={links} />
      <Dismiss />
    </div>
  );
}

function Consoles({ links }: Pick<Checklist, 'links'>): ReactNode {
  const { t } = useTranslation();
  const shown = (['logto', 'permit'] as const).flatMap((vendor) =>
    links[vendor] === undefined ? [] : [{ vendor, href: links[vendor] }],
  );
  if (shown.length === 0) return null;
  return (
    <section className="mt-6">
      <h2 className="font-medium">{t('setup.consoles')}</h2>
      <ul className="mt-2 flex flex-wrap gap-2">
        {shown.map(({ vendor, href }) => (
          <li key={vendor}>
            <a href={href} target="_blank" rel="noreferrer" className={buttonClass('secondary')}>
              {t(`setup.${vendor}Console`)}
              <ExternalLink aria-hidden="true" className="size-4 text-muted" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Dismiss(): ReactNode {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const dismiss = trpc.setup.dismiss.useMutation({
    onError: (error) => notifyFailure(t('setup.dismissFailed'), error),
    onSettled: () => utils.setup.invalidate(),
  });
  return (
    <div className="mt-8 flex flex-wrap items-center gap-x-3 border-t border-line pt-4">
      <ChangeButton disabled={dismiss.isPending} onClick={() => dismiss.mutate()}>
        {t('setup.dismiss')}
      </ChangeButton>
      <span className="text-sm text-muted">{t('setup.dismissHow')}</span>
    </div>
  );
}

function Over({ isComplete }: { readonly isComplete: boolean }): ReactNode {
  const { t } = useTranslation();
  const which = isComplete ? 'complete' : 'nothing';
  return (
    <StatePanel
      icon={CircleCheck}
      level={1}
      title={t(`setup.${which}.title`)}
      actions={
        <Link to="/reports" className={buttonClass('primary')}>
          {t('setup.complete.go')}
        </Link>
      }
    >
      <PageTitle title={t('setup.title')} />
      <p>{t(`setup.${which}.how`)}</p>
    </StatePanel>
  );
}

/** While the installation has no administrator: explains how its operator becomes the first one. */
function FirstAdministrator(): ReactNode {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const steps = [
    { name: 'policy', copy: 'latchkey policy apply' },
    { name: 'grant', copy: `latchkey grant ${person.key} admin` },
  ] as const;
  return (
    <div className="max-w-3xl">
      <PageHeader title={t('setup.title')} purpose={t('setup.first.purpose')} />
      <ol className="divide-y divide-line rounded-card border border-line bg-surface">
        {steps.map(({ name, copy }) => (
          <SetupStep
            key={name}
            state="todo"
            name={t(`setup.first.${name}.name`)}
            how={t(`setup.first.${name}.how`)}
            copy={copy}
          />
        ))}
      </ol>
      <p className="mt-3 text-sm text-muted">
        {t('setup.commandsWhere', { command: 'latchkey policy apply' })}
      </p>
    </div>
  );
}
