import type { GateEntry } from '../react/gate-entry.ts';
import { requirementOf, type GateTable } from './preview-ask.ts';

export interface GateRow {
  readonly key: string;
  /** The question: `reports.publish {"id":"1"}`, or the permission and the instance. */
  readonly name: string;
  readonly state: 'allowed' | 'denied' | 'unavailable' | 'unknown';
  /** One permission, or several joined with `&` or `|`; empty without a gate, or when it is unknown. */
  readonly permission: string;
  readonly reason: string;
  /** `cache`: answered before the component mounted. */
  readonly source: 'initial' | 'request' | 'cache' | 'preview';
  /** Milliseconds. */
  readonly latency: number | undefined;
}

export function gateRows(
  entries: ReadonlyMap<string, GateEntry<string, string>>,
  { gates, isPreview }: { readonly gates: GateTable; readonly isPreview: boolean },
): GateRow[] {
  return [...entries]
    .filter(([, { listeners }]) => listeners.size > 0)
    .map(([key, entry]) => {
      const { question, answer, request } = entry;
      const requirement = requirementOf(gates, question);
      const answeredAt = request?.answeredAt;
      const isAsked = answeredAt !== undefined && answer !== entry.initial;
      return {
        key,
        name:
          'path' in question
            ? `${question.path} ${question.input === undefined ? '' : JSON.stringify(question.input)}`
            : `${question.permission} ${question.instance ?? ''}`,
        state: answer.state,
        permission: requirement?.permissions.join(requirement.match === 'all' ? ' & ' : ' | ') ?? '',
        reason: reasonOf(entry),
        source: isPreview ? 'preview' : sourceOf(entry),
        latency: isAsked ? answeredAt - (request?.askedAt ?? answeredAt) : undefined,
      };
    });
}

function sourceOf({ answer, initial, request, usedAt }: GateEntry<string, string>): GateRow['source'] {
  if (answer !== initial || answer.state === 'unknown') {
    const answeredAt = request?.answeredAt ?? Infinity;
    return answeredAt < usedAt ? 'cache' : 'request';
  }
  return 'initial';
}

function reasonOf({ answer }: GateEntry<string, string>): string {
  if (answer.state === 'unavailable') return answer.problem ?? 'no decision could be made';
  if (answer.state !== 'denied') return '';
  const { permission, reason, grantedBy, grantedByInstanceRoles, grantedByRules = [] } = answer;
  const [resource = ''] = permission.split(':');
  const roles = [
    ...grantedBy,
    ...grantedByInstanceRoles.map((role) => `${resource}#${role}`),
    ...grantedByRules.map(({ text }) => text),
  ];
  return `${permission}: ${reason}; ${roles.length === 0 ? 'no role grants it' : `granted by ${roles.join(', ')}`}`;
}
