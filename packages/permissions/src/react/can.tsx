import { cloneElement, useId, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { GateState } from './create-permissions-react.tsx';

type Denied<Permission extends string, Role extends string> = Extract<
  GateState<Permission, Role>,
  { readonly state: 'denied' | 'unavailable' }
>;

export interface CanLook<Permission extends string, Role extends string> {
  /**
   * What becomes of the child without permission. `hide`: nothing is there. `disable`: it is there, focusable, and does
   * nothing (`aria-disabled`, since `disabled` would take it out of the tab order). `explain`: so, with the reason beside
   * it, read out with it.
   */
  readonly mode?: 'hide' | 'disable' | 'explain';
  /** The reason in the reader's language, for `explain`. */
  readonly reason?: (state: Denied<Permission, Role>) => ReactNode;
  /** Shown while the answer is on its way; nothing by default, so that nothing forbidden flashes. */
  readonly pending?: ReactNode;
  /** The button, link or menu item of someone who may. */
  readonly children: ReactElement<Readonly<Record<string, unknown>>>;
}

export interface CanByStateProps<Permission extends string, Role extends string> extends CanLook<
  Permission,
  Role
> {
  readonly state: GateState<Permission, Role>;
}

/** What `<Can>` shows once the state is known; on its own for those who asked with `useGate`. */
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
        onClick: swallow,
        ...(explanation === undefined ? {} : { 'aria-describedby': reasonId }),
      })}
      {explanation === undefined ? null : <span id={reasonId}>{explanation}</span>}
    </>
  );
}

/** A link must not navigate, a submit button not submit. */
function swallow(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
