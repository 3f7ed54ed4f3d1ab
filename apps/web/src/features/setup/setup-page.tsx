import { Link, useRouteContext } from '@tanstack/react-router';
import {
  CircleCheck,
  CircleDashed,
  CloudAlert,
  ExternalLink,
  ListChecks,
  type LucideIcon,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copyable.tsx';
import { focusMain } from '../../ui/focus-main.ts';
import { PageHeader, PageTitle } from '../../ui/page.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { useSetupStatus, type Checklist } from './counted-setup.tsx';

export function SetupPage(): ReactNode {
  const { t } = useTranslation();
  const query = useSetupStatus();
  const { data } = query;
  const problem = useProblem(query);
  // The server reports completion only once, so this page remembers it.
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
      return <Over which={isComplete ? 'complete' : data.state === 'not-yours' ? 'notYours' : 'closed'} />;
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
      <ChangeButton
        disabled={dismiss.isPending}
        onClick={(event) => {
          focusMain(event);
          dismiss.mutate();
        }}
      >
        {t('setup.dismiss')}
      </ChangeButton>
      <span className="text-sm text-muted">{t('setup.dismissHow')}</span>
    </div>
  );
}

function Over({ which }: { readonly which: 'complete' | 'closed' | 'notYours' }): ReactNode {
  const { t } = useTranslation();
  return (
    <StatePanel
      icon={which === 'complete' ? CircleCheck : ListChecks}
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

type State = 'done' | 'todo' | 'unknown';

const appearances: Readonly<Record<State, { readonly icon: LucideIcon; readonly ink: string }>> = {
  done: { icon: CircleCheck, ink: 'text-allowed' },
  todo: { icon: CircleDashed, ink: 'text-muted' },
  unknown: { icon: CloudAlert, ink: 'text-unknown' },
};

function SetupStep(props: {
  readonly state: State;
  readonly name: string;
  readonly how: string;
  readonly copy: string | null;
}): ReactNode {
  const { state, name, how, copy } = props;
  const { t } = useTranslation();
  const { icon: Icon, ink } = appearances[state];
  return (
    <li aria-label={name} className="flex gap-3 px-4 py-3">
      <Icon aria-hidden="true" className={`mt-0.5 size-5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{name}</span>
          <span className={`text-sm ${ink}`}>{t(`setup.state.${state}`)}</span>
        </p>
        {state !== 'done' && (
          <>
            <p className="mt-0.5 text-muted">{how}</p>
            {copy !== null && <Command text={copy} />}
          </>
        )}
      </div>
    </li>
  );
}

/** A shell command, shown in full so that it can be reviewed before running. */
function Command({ text }: { readonly text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="mt-2 flex max-w-full items-center gap-2 rounded-control border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{text}</code>
      <CopyButton label={t('setup.command')} text={text} />
    </span>
  );
}
