import type { GateAnswer } from '../core/gate-question.ts';

/** A gate's answer, or `unknown` while the first answer is pending: show neither the button nor its denial. */
export type GateState<Permission extends string = string, Role extends string = string> =
  { readonly state: 'unknown' } | GateAnswer<Permission, Role>;
