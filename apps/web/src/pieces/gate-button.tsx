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

/** An action as far as this person may take it. Before the answer is there it is a blank of the same size. */
export function GateButton({ gate, label, whenDenied = 'explain', children }: GateButtonProps): ReactNode {
  const { t, i18n } = useTranslation();
  const reasonId = useId();
  switch (gate.state) {
    case 'allowed':
      return children;
    case 'unknown':
      return whenDenied === 'hide' ? null : (
        <span
          aria-hidden="true"
          className="skeleton inline-flex h-9 items-center rounded-control px-3.5 font-medium text-transparent"
        >
          <span className="inline-block w-6" />
          {label}
        </span>
      );
    case 'denied': {
      if (whenDenied === 'hide') return null;
      const { grantedBy } = gate;
      const permission = t(`permission.${gate.permission}`);
      const roles = roleList(grantedBy, { t, language: i18n.language });
      return (
        <OutOfReach
          label={label}
          icon={<LockKeyhole aria-hidden="true" className="size-4" />}
          reasonId={reasonId}
        >
          {t('gate.needs', { permission })}{' '}
          {grantedBy.length > 0 ? t('gate.grantedBy', { roles }) : t('gate.ownerOnly')}
        </OutOfReach>
      );
    }
    case 'unavailable':
      return (
        <OutOfReach
          label={label}
          icon={<CloudAlert aria-hidden="true" className="size-4 text-unknown" />}
          reasonId={reasonId}
        >
          {t('gate.unavailable')}
        </OutOfReach>
      );
  }
}

/** It stays in the tab order: who cannot see the reason beside it must be able to come upon it. */
function OutOfReach(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly reasonId: string;
  readonly children: ReactNode;
}): ReactNode {
  const { label, icon, reasonId, children } = props;
  return (
    <div className="flex max-w-72 flex-col items-start gap-1.5 md:items-end">
      <Button look="out-of-reach" aria-disabled="true" aria-describedby={reasonId}>
        {icon}
        {label}
      </Button>
      <p id={reasonId} role="status" className="text-xs text-muted md:text-right">
        {children}
      </p>
    </div>
  );
}
