import { createPermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import type { ServiceSettings } from './service-settings.ts';
import type { PdpDecider } from '../directory/decisions.ts';

/** Permit's PDP. The observer is notified of every check, including those for page buttons, and of each PDP call. */
export function openDecider({
  permit,
  deadlines = {},
  observer,
  log,
}: Pick<ServiceSettings, 'permit' | 'deadlines' | 'observer' | 'log'>): PdpDecider {
  const decider = createPermitDecider({
    policy,
    url: permit.pdpUrl,
    apiKey: permit.apiKey,
    apiUrl: permit.apiUrl,
    ...permit.decider,
    ...(deadlines.pdp !== undefined && { deadline: deadlines.pdp }),
    onCall: observer?.pdpCalled,
    onOutage: (warning, err) => log.warn({ err }, warning),
  });
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
