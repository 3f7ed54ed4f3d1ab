import { createPermitDecider, type PermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { observedDecider } from './observed-decider.ts';
import type { ServiceSettings } from './service-settings.ts';

/** The server's decider: Permit's PDP, observed for metrics. */
export function openDecider({
  permit,
  deadlines = {},
  observer,
}: Pick<ServiceSettings, 'permit' | 'deadlines' | 'observer'>): PermitDecider<typeof policy> {
  const pdp = createPermitDecider({
    policy,
    url: permit.pdpUrl,
    apiKey: permit.apiKey,
    apiUrl: permit.apiUrl,
    ...permit.decider,
    ...(deadlines.pdp !== undefined && { deadline: deadlines.pdp }),
    onCall: observer?.pdpCalled,
  });
  return observedDecider(pdp, observer);
}
