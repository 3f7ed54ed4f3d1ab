import {
  cloneElement,
  useId,
  type ReactElement,
  type ReactNode,
  type KeyboardEvent,
  type SyntheticEvent,
} from 'react';
import { isRecord } from '../core/records.ts';
import type { GateState } from './gate-entry.ts';

type Denied<Permission extends string, Role extends string> = Extract<
  GateState<Permission, Role>,
  { readonly state: 'denied' | 'unavailable' }
>;

export interface GateOptions<Permission extends string, Role extends string> {
  /**
   * `hide`: the component is not rendered. `disable`: it is rendered, but cannot be activated. `explain`: like
   * `disable`, with the reason beside it. Default: `hide`.
   */
  readonly mode?: 'hide' | 'disable' | 'explain' | undefined;
  /**
   * Returns the localized reason that `explain` renders. Default: an English sentence that names the granting
   * roles, beside a child that looks disabled.
   *
   * @example
   * reason={({ state }) => (state === 'denied' ? t('permissionMissing') : t('permissionUnavailable'))}
   */
  readonly reason?: ((state: Denied<Permission, Role>) => ReactNode) | undefined;
}

/**
 * How `<Can>` and `<CanByState>` render their child. With `disable`, the child stays focusable, but clicks and keys do
 * not activate it. It gets `aria-disabled`, because `disabled` would remove it from the tab order. `explain` also
 * renders the reason beside the child, linked with `aria-describedby`.
 */
export interface CanOptions<Permission extends string, Role extends string> extends GateOptions<
  Permission,
  Role
> {
  /** What is rendered while the answer is pending. Default: nothing, so that a forbidden button does not flash. */
  readonly pending?: ReactNode;
  /** The button, link or menu item that requires the permission. */
  readonly children: ReactElement<Readonly<Record<string, unknown>>>;
}

/** Props of `<CanByState>`. */
export interface CanByStateProps<Permission extends string, Role extends string> extends CanOptions<
  Permission,
  Role
> {
  /** The result of `useGate`, `useGateSuspense` or `useCan`. */
  readonly state: GateState<Permission, Role>;
}

/** Renders its child according to a gate's state. For components that call `useGate` themselves. */
export function CanByState<Permission extends string, Role extends string>(
  props: CanByStateProps<Permission, Role>,
): ReactNode {
  const { state, pending = null, children } = props;
  const reasonId = useId();
  const { shown, blocked, reason } = gateProps(state, props);
  if (state.state === 'unknown') return pending;
  if (!shown) return null;
  if (!blocked) return children;
  const hasReason = reason !== undefined;
  return (
    <>
      {cloneElement(children, {
        ...blockedProps(children.props, hasReason ? reasonId : undefined),
        ...(props.mode === 'explain' && props.reason === undefined && { style: dimmed(children.props) }),
      })}
      {hasReason ? <span id={reasonId}>{reason}</span> : null}
    </>
  );
}

type Props = Readonly<Record<string, unknown>>;

function dimmed({ style }: Props): object {
  return { opacity: 0.5, cursor: 'not-allowed', ...(isRecord(style) && style) };
}

/** Handlers that do not activate an element: for pointer movement and focus. */
const harmless = /^on(?:Focus|Blur|(?:Mouse|Pointer)(?:Enter|Leave|Over|Out|Move))(?:Capture)?$/;

/**
 * The element stays focusable and keeps its descriptions, but none of its own handlers, custom ones of a component
 * included. The browser's default actions (of links, submits and keys) are cancelled in the capture phase.
 */
function blockedProps(props: Props, reasonId: string | undefined): Props {
  const blocked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(props)) {
    if (/^on[A-Z]/.test(name) && typeof value === 'function' && !harmless.test(name))
      blocked[name] = undefined;
  }
  return {
    ...blocked,
    'aria-disabled': true,
    'aria-describedby': [props['aria-describedby'], reasonId].filter(Boolean).join(' ') || undefined,
    onClick: cancel,
    onClickCapture: cancel,
    onAuxClickCapture: cancel,
    onSubmitCapture: cancel,
    onKeyDownCapture: cancelActivation,
    onKeyUpCapture: cancelActivation,
  };
}

function cancel(event: SyntheticEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function cancelActivation(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') cancel(event);
}

/** In English: names what grants the permission, if the denial does. */
function defaultReason<Permission extends string, Role extends string>(
  state: Denied<Permission, Role>,
): string {
  if (state.state === 'unavailable') return 'This cannot be checked right now.';
  if (state.reason === 'acting') return 'This is not available on behalf of another user.';
  if (state.reason === 'insufficient_scope') return 'This application has no access to this.';
  const { grantedBy, grantedByInstanceRoles, grantedByRules = [] } = state;
  const roles = [...grantedBy, ...grantedByInstanceRoles, ...grantedByRules.map(({ text }) => text)];
  return roles.length === 0
    ? 'You do not have permission for this.'
    : `You do not have permission for this. It is granted to: ${roles.join(', ')}.`;
}

export interface GateProps {
  /** False while the first answer is pending, so that a forbidden button does not flash. */
  readonly shown: boolean;
  /** The value for `disabled`, or on the web for `aria-disabled`. */
  readonly blocked: boolean;
  /** With the mode `explain`. */
  readonly reason: ReactNode;
}

/**
 * Converts a gate's state to props for any component. Does not use the DOM, so it also works in React Native and with
 * custom components.
 *
 * ```tsx
 * const { shown, blocked, reason } = gateProps(useGate(trpc.reports.publish, { id }), { mode: 'explain', reason: reasonText });
 * return shown && <Pressable disabled={blocked} onPress={publish}><Text>Publish {reason}</Text></Pressable>;
 * ```
 */
export function gateProps<Permission extends string, Role extends string>(
  state: GateState<Permission, Role>,
  { mode = 'hide', reason }: GateOptions<Permission, Role> = {},
): GateProps {
  if (state.state === 'allowed') return { shown: true, blocked: false, reason: undefined };
  if (state.state === 'unknown' || mode === 'hide') return { shown: false, blocked: true, reason: undefined };
  return {
    shown: true,
    blocked: true,
    reason: mode === 'explain' ? (reason ?? defaultReason)(state) : undefined,
  };
}
