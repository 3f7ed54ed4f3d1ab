import type { ReactNode } from 'react';
import type { GateState } from './gate-state.ts';

/** A gate that is denied or could not be decided. */
export type Denied<Permission extends string, Role extends string> = Extract<
  GateState<Permission, Role>,
  { readonly state: 'denied' | 'unavailable' }
>;

/** How a component is rendered without the permission. */
export interface GateOptions<Permission extends string, Role extends string> {
  /**
   * Default: `hide`, not rendered. `disable`: rendered, but cannot be activated. `explain`: like `disable`, with the
   * reason.
   */
  readonly mode?: 'hide' | 'disable' | 'explain' | undefined;
  /** The localized reason for `explain`. Default: none. */
  readonly reason?: ((state: Denied<Permission, Role>) => ReactNode) | undefined;
}

/** A gate's state for a component. */
export interface GateProps {
  /** Whether to render it. False while the first answer is pending, so that a forbidden button does not flash. */
  readonly shown: boolean;
  /** For `disabled`, or `aria-disabled` on the web: it must not be activated. */
  readonly blocked: boolean;
  /** The reason to render beside it, with `explain`. */
  readonly reason: ReactNode;
}

/**
 * Converts a gate's state to props for any component. Does not use the DOM: for React Native and custom components.
 *
 * ```tsx
 * const { shown, blocked, reason } = gateProps(useGate(trpc.reports.publish, { id }), { mode: 'explain', reason: wordsFor });
 * return shown && <Pressable disabled={blocked} accessibilityHint={reason} onPress={publish} />;
 * ```
 */
export function gateProps<Permission extends string, Role extends string>(
  state: GateState<Permission, Role>,
  { mode = 'hide', reason }: GateOptions<Permission, Role> = {},
): GateProps {
  if (state.state === 'allowed') return { shown: true, blocked: false, reason: undefined };
  if (state.state === 'unknown' || mode === 'hide') return { shown: false, blocked: true, reason: undefined };
  return { shown: true, blocked: true, reason: mode === 'explain' ? reason?.(state) : undefined };
}
