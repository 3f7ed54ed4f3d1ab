import { readPdpConfig } from './pdp-configs.ts';
import type { Account, EnvironmentRecord } from '../model/account.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';

export function statisticsOf(
  account: Account,
  decisions: DecisionLog,
  record: EnvironmentRecord,
): Record<string, unknown> {
  const env = account.environment(record);
  const active = new Set(decisions.list(record.id).map(({ query }) => query.user.key));
  return {
    pdp_configs: [readPdpConfig(account, env.scope)],
    stats: {
      roles: env.roles.size,
      users: env.users.size,
      policies: env.setRules.size,
      resources: [...env.resources.values()].filter(({ built_in }) => !built_in).length,
      tenants: env.tenants.size,
      has_decision_logs: active.size > 0,
      members: [],
      mau: active.size,
    },
  };
}
