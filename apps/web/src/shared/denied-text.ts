import type { GateState } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { Denial } from '../api/api-error.ts';
import type { I18n } from '../i18n/i18n.ts';
import { instanceRolesIn, type RolesOn } from '../policy.ts';

type Denied = Extract<GateState<AppPermission, AppRole>, { readonly state: 'denied' }>;

/** "Requires “Create reports”. Available to editors and administrators." */
export function deniedText(gate: Denied, i18n: I18n): string {
  const { t } = i18n;
  if (gate.reason === 'acting') return t('gate.acting');
  const roles = roleList({ roles: gate.grantedBy, on: instanceRolesIn(gate) }, i18n);
  return [
    t('gate.needs', { permission: t(`permission.${gate.permission}`) }),
    ...(roles === '' ? [] : [t('gate.grantedBy', { roles })]),
    ...(gate.grantedByRules === undefined ? [] : [t('gate.grantedByRule')]),
  ].join(' ');
}

export function denialOf(gate: Denied): Denial {
  const { permission, reason, grantedBy } = gate;
  const newcomer = reason === 'unknown_subject' || reason === 'no_role_in_tenant';
  return { permission, newcomer, grantedBy, grantedOn: instanceRolesIn(gate) };
}

interface Holders {
  readonly roles: readonly AppRole[];
  readonly on: RolesOn | null;
}

/** The holders of roles, in the plural: "the report’s owner and administrators", "보고서 소유자, 관리자". Empty without a role. */
export function roleList({ roles, on }: Holders, { t, list }: I18n): string {
  return list([
    ...(on === null ? [] : on.roles.map((role) => t(`instanceRoles.${on.resource}.${role}`))),
    ...roles.map((role) => t(`roles.${role}`)),
  ]);
}
