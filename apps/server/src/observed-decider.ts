import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { Observer } from './observer.ts';

type PolicyDecider = PermitDecider<typeof policy>;

/** Reports every check, including those for page buttons. An outage is reported by the PDP call. */
export function observedDecider(decider: PolicyDecider, observer: Observer | undefined): PolicyDecider {
  if (observer === undefined) return decider;
  return {
    ...decider,
    async decide(checks, { onSource } = {}) {
      const sources: Parameters<NonNullable<typeof onSource>>[0][] = [];
      const decisions = await decider.decide(checks, {
        onSource(source, index) {
          sources[index] = source;
          onSource?.(source, index);
        },
      });
      decisions.forEach(({ outcome }, index) => observer.checked(outcome, sources[index]));
      return decisions;
    },
  };
}
