import type { LocalStatus } from '@latchkey/permissions/local';
import { createPermitDecider, type PermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { observedDecider } from './observed-decider.ts';
import type { ServiceSettings } from './service-settings.ts';

/** The decider of the server, and what is known of its copy of the facts; without one, nothing is. */
export interface OpenedDecider {
  readonly decider: PermitDecider<typeof policy>;
  readonly localStatus?: () => LocalStatus;
}

export async function openDecider({
  permit,
  deadlines = {},
  observer,
  log,
}: Pick<ServiceSettings, 'permit' | 'deadlines' | 'observer' | 'log'>): Promise<OpenedDecider> {
  const { apiUrl, apiKey, decisions = 'pdp' } = permit;
  const pdp = createPermitDecider({
    policy,
    url: permit.pdpUrl,
    apiKey,
    apiUrl,
    ...permit.decider,
    ...(deadlines.pdp !== undefined && { deadline: deadlines.pdp }),
    onCall: observer?.pdpCalled,
  });
  if (decisions === 'pdp') return { decider: observedDecider(pdp, observer) };
  // Loaded only where it is wanted.
  const { createLocalDecider } = await import('@latchkey/permissions/local');
  const local = createLocalDecider({
    policy,
    apiUrl,
    apiKey,
    pdp,
    mode: decisions === 'local' ? 'decide' : 'shadow',
    readDeadline: deadlines.pdp,
    onWarning: (err) => log.warn({ err }, 'the copy of the facts cannot be read'),
    onDisagreement({ check: { subject, tenant, permission, instance }, ...disagreement }) {
      observer?.disagreed(disagreement.cause);
      const asked = { subject, tenant, permission, instance };
      log.warn({ ...disagreement, ...asked }, 'this process and the PDP decide differently');
    },
  });
  return { decider: observedDecider(local, observer), localStatus: () => local.status() };
}
