import { cloneElement, useId, type ReactElement, type ReactNode } from 'react';
import { blockedProps } from './blocked-props.ts';
import { gateProps, type Denied } from './gate-props.ts';
import type { GateState } from './gate-state.ts';

/** How `<Can>` and `<CanByState>` show their child. */
export interface CanOptions<Permission extends string, Role extends string> {
  /**
   * How the child is shown without the permission. Default: `hide`, it is not rendered. `disable`: it is rendered and
   * focusable, and cannot be activated, neither by a click nor by a key (`aria-disabled`: `disabled` would remove it from the
   * tab order). `explain`: as `disable`, with the reason beside it, linked with `aria-describedby`.
   */
  readonly mode?: 'hide' | 'disable' | 'explain';
  /** The reason in the user's language, for `explain`. Default: no reason is shown. */
  readonly reason?: (state: Denied<Permission, Role>) => ReactNode;
  /** Shown while the answer is pending. Default: nothing, so that a forbidden button does not flash. */
  readonly pending?: ReactNode;
  /** The button, link or menu item as users with the permission see it. */
  readonly children: ReactElement<Readonly<Record<string, unknown>>>;
}

/** The props of `<CanByState>`. */
export interface CanByStateProps<Permission extends string, Role extends string> extends CanOptions<
  Permission,
  Role
> {
  /** The result of `useGate`, `useGateSuspense` or `useCan`. */
  readonly state: GateState<Permission, Role>;
}

/** Shows its child according to a gate's state. For components that call `useGate`; `<Can>` asks by itself. */
export function CanByState<Permission extends string, Role extends string>(
  props: CanByStateProps<Permission, Role>,
): ReactNode {
  const { state, mode, reason: reasonOf, pending = null, children } = props;
  const reasonId = useId();
  const { shown, blocked, reason } = gateProps(state, { mode, reason: reasonOf });
  if (state.state === 'unknown') return pending;
  if (!shown) return null;
  if (!blocked) return children;
  const hasReason = reason !== undefined;
  return (
    <>
      {cloneElement(children, blockedProps(children.props, hasReason ? reasonId : undefined))}
      {hasReason ? <span id={reasonId}>{reason}</span> : null}
    </>
  );
}
