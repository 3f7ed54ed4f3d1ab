import type { AppPermission, AppRole } from '@latchkey/policy';
import type { GateState } from '@latchkey/permissions/react';
import { CloudAlert, LockKeyhole } from 'lucide-react';
import { useId, type ReactNode, type ComponentProps } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { isViewing } from '../auth/view-as.ts';
import { Button, buttonClass, textAction } from '../ui/button.tsx';
import { WhyButton } from './explain/why-button.tsx';
import { deniedText } from './denied-text.ts';
import { RequestAccess, usePageInstance } from './request-access/request-access.tsx';
import { instanceRolesIn } from '../policy.ts';
import { notify } from '../ui/notice.tsx';
import { useHasLostAccess } from './open-form.tsx';

export interface GateButtonProps {
  readonly gate: GateState<AppPermission, AppRole>;
  readonly label: string;
  /** `hide` for an action that this user never needs; `explain` for one that they could get. */
  readonly whenDenied?: 'hide' | 'explain';
  /** Whether the button changes something and is therefore disabled in a view as another user. Default: true. */
  readonly changes?: boolean;
  readonly children: ReactNode;
}

/** While the gate is loading, shows a placeholder of the same size, or nothing if a denied button would be hidden. */
export function GateButton(props: GateButtonProps): ReactNode {
  const { gate, label, whenDenied = 'explain', changes = true, children } = props;
  const { t, i18n } = useTranslation();
  if (gate.state === 'allowed' && changes && isViewing())
    return (
      <OutOfReach label={label} icon={<LockKeyhole aria-hidden="true" className="size-4" />}>
        {t('error.code.VIEW_AS_READ_ONLY')}
      </OutOfReach>
    );
  if (gate.state === 'allowed') return children;
  if (whenDenied === 'hide') return null;
  if (gate.state === 'unknown') return <ButtonSkeleton label={label} />;
  if (gate.state === 'unavailable') {
    return (
      <OutOfReach label={label} icon={<CloudAlert aria-hidden="true" className="size-4 text-unknown" />}>
        {t('gate.unavailable')}
      </OutOfReach>
    );
  }
  return (
    <OutOfReach
      label={label}
      icon={<LockKeyhole aria-hidden="true" className="size-4" />}
      action={
        <span className="flex flex-wrap gap-x-4">
          <RequestAccess
            permission={gate.permission}
            roles={gate.grantedBy}
            on={instanceRolesIn(gate)}
            variant="text"
          />
          {gate.reason !== 'acting' && <WhyDenied permission={gate.permission} variant="text" />}
        </span>
      }
    >
      {deniedText(gate, i18n)}
    </OutOfReach>
  );
}

export function ButtonSkeleton({ label }: { readonly label: string }): ReactNode {
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

/** With `aria-disabled` it stays in the tab order, so that a screen reader reads the reason. */
function OutOfReach(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  const { label, icon, children, action } = props;
  const reasonId = useId();
  return (
    <div className="flex max-w-72 flex-col items-start gap-1.5 md:items-end md:group-data-below/actions:items-start">
      <Button variant="out-of-reach" aria-disabled="true" aria-describedby={reasonId}>
        {icon}
        {label}
      </Button>
      <p id={reasonId} className="text-xs text-muted md:text-right md:group-data-below/actions:text-left">
        {children}
      </p>
      {action}
    </div>
  );
}

export function WhyDenied(props: {
  readonly permission: AppPermission;
  readonly variant: 'button' | 'text';
}): ReactNode {
  const { permission, variant } = props;
  const on = usePageInstance(permission);
  return (
    <WhyButton
      check={{ permission, on }}
      className={variant === 'button' ? buttonClass('quiet') : `${textAction} text-ink`}
    />
  );
}

/**
 * A button for a change that has no gate of its own; for a gate, use `GateButton`. Disabled in a form whose permission
 * was lost. In a view as another user, a click shows why it is disabled, because touch screens do not show `title`.
 */
export function ChangeButton(props: ComponentProps<typeof Button>): ReactNode {
  const { t } = useTranslation();
  const isLost = useHasLostAccess();
  if (!isViewing()) return <Button {...props} disabled={props.disabled === true || isLost} />;
  const why = t('error.code.VIEW_AS_READ_ONLY');
  return (
    <Button
      {...props}
      type="button"
      variant="out-of-reach"
      disabled={false}
      aria-disabled="true"
      title={why}
      onClick={() => notify({ tone: 'failed', text: why })}
    />
  );
}
