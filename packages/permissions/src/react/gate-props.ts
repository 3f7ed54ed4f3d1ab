import type { ReactNode } from 'react';
import type { GateState } from './gate-state.ts';

/** A gate without a permission: denied, or not decided. */
export type Denied<Permission extends string, Role extends string> = Extract<
  GateState<Permission, Role>,
  { readonly state: 'denied' | 'unavailable' }
>;

/** How a component is shown without the permission. */
export interface GateOptions<Permission extends string, Role extends string> {
  /**
   * Default: `hide`, it is not rendered. `disable`: it is rendered, and cannot be activated. `explain`: as `disable`, with the
   * reason.
   */
  readonly mode?: 'hide' | 'disable' | 'explain' | undefined;
  /** The reason in the user's language, for `explain`. Default: no reason is shown. */
  readonly reason?: ((state: Denied<Permission, Role>) => ReactNode) | undefined;
}

/** What a component needs to know of its gate. */
export interface GateProps {
  /** Whether it is rendered. False while the first answer is pending, so that a forbidden button does not flash. */
  readonly shown: boolean;
  /** For `disabled`, and for `aria-disabled` on the web: it must not be activated. */
  readonly blocked: boolean;
  /** The reason to show beside it, with `explain`. */
  readonly reason: ReactNode;
}

/**
 * A gate's state as props of any component. There is no DOM in it: for React Native, and for components of your own.
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
