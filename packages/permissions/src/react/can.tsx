import { cloneElement, useId, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { GateState } from './gate-state.ts';

type Denied<Permission extends string, Role extends string> = Extract<
  GateState<Permission, Role>,
  { readonly state: 'denied' | 'unavailable' }
>;

/** How `<Can>` and `<CanByState>` show their child. */
export interface CanOptions<Permission extends string, Role extends string> {
  /**
   * How the child is shown without the permission. Default: `hide`, it is not rendered. `disable`: it is rendered and
   * focusable, and clicks do nothing (`aria-disabled`: `disabled` would remove it from the tab order). `explain`: as
   * `disable`, with the reason beside it, linked with `aria-describedby`.
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
  const { state, mode = 'hide', reason, pending = null, children } = props;
  const reasonId = useId();
  if (state.state === 'allowed') return children;
  if (state.state === 'unknown') return pending;
  if (mode === 'hide') return null;
  const explanation = mode === 'explain' ? reason?.(state) : undefined;
  return (
    <>
      {cloneElement(children, {
        'aria-disabled': true,
        onClick: cancelClick,
        ...(explanation === undefined ? {} : { 'aria-describedby': reasonId }),
      })}
      {explanation === undefined ? null : <span id={reasonId}>{explanation}</span>}
    </>
  );
}

/** Stops a link from navigating and a submit button from submitting. */
function cancelClick(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
