import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { Observer } from './observer.ts';

type PolicyDecider = PermitDecider<typeof policy>;

/** Tells of every check, those for the buttons of pages included. An outage is told by the call to the PDP. */
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
