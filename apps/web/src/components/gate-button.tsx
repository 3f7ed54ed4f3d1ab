import type { AppPermission, AppRole } from '@latchkey/policy';
import type { GateState } from '@latchkey/permissions/react';
import { CloudAlert, LockKeyhole } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { roleList } from './role-list.ts';

export interface GateButtonProps {
  readonly gate: GateState<AppPermission, AppRole>;
  /** What it does, said by the button that is out of reach too. */
  readonly label: string;
  /** Hide what a person can never do; explain, visibly, what they could be given. */
  readonly whenDenied?: 'hide' | 'explain';
  /** The button or link of someone who may. */
  readonly children: ReactNode;
}

/**
 * An action as far as this person may take it. Before the answer is there it is a blank of the same size, or nothing where
 * it might stay hidden.
 */
export function GateButton({ gate, label, whenDenied = 'explain', children }: GateButtonProps): ReactNode {
  const { t, i18n } = useTranslation();
  if (gate.state === 'allowed') return children;
  if (whenDenied === 'hide') return null;
  if (gate.state === 'unknown') {
    return (
      <span
        aria-hidden="true"
        className="skeleton inline-flex h-9 items-center pointer-coarse:h-11 rounded-control px-3.5 font-medium text-transparent"
      >
        <span className="inline-block w-6" />
        {label}
      </span>
    );
  }
  if (gate.state === 'unavailable') {
    return (
      <OutOfReach label={label} icon={<CloudAlert aria-hidden="true" className="size-4 text-unknown" />}>
        {t('gate.unavailable')}
      </OutOfReach>
    );
  }
  const permission = t(`permission.${gate.permission}`);
  const roles = roleList(gate.grantedBy, { t, language: i18n.language });
  return (
    <OutOfReach label={label} icon={<LockKeyhole aria-hidden="true" className="size-4" />}>
      {t('gate.needs', { permission })} {roles === '' ? t('gate.ownerOnly') : t('gate.grantedBy', { roles })}
    </OutOfReach>
  );
}

/** It stays in the tab order: who cannot see the reason beside it must be able to come upon it. */
function OutOfReach(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { label, icon, children } = props;
  const reasonId = useId();
  return (
    <div className="flex max-w-72 flex-col items-start gap-1.5 md:items-end">
      <Button variant="out-of-reach" aria-disabled="true" aria-describedby={reasonId}>
        {icon}
        {label}
      </Button>
      <p id={reasonId} className="text-xs text-muted md:text-right">
        {children}
      </p>
    </div>
  );
}
