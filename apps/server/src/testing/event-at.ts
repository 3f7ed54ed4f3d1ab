import { v7 as uuidV7 } from 'uuid';
import type { AuditEvent } from '../features/audit/audit-event.ts';

/** Creates an audit event at a time (ISO 8601). Default: a viewer was allowed to read reports. */
export function eventAt(at: string, event: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: uuidV7({ msecs: Date.parse(at) }),
    at,
    tenant: 'default',
    kind: 'decision',
    action: 'reports:view',
    outcome: 'allow',
    actor: 'vera',
    actorKind: 'person',
    channel: 'gate',
    subject: null,
    resource: 'reports',
    instance: null,
    reason: null,
    detail: { procedure: 'reports.list', source: 'pdp' },
    latency: 1_250,
    requestId: null,
    ...event,
  };
}
