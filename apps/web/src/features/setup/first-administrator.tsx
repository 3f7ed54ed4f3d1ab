import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SetupStep } from './setup-step.tsx';

/** While the installation has no administrator: explains how its operator becomes the first one. */
export function FirstAdministrator(): ReactNode {
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
