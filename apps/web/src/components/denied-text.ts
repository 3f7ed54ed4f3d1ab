import type { GateState } from '@latchkey/permissions/react';
import type { AppPermission, AppRole } from '@latchkey/policy';
import type { Translate } from '../i18n/translate.ts';
import { instanceRolesIn } from '../policy.ts';
import { roleList } from './role-list.ts';

type Denied = Extract<GateState<AppPermission, AppRole>, { readonly state: 'denied' }>;

/**
 * The permission that a denied gate requires, and its roles: "Needs “Create reports”. Held by editors and
 * administrators."
 */
export function deniedText(
  gate: Denied,
  { t, language }: { readonly t: Translate; readonly language: string },
): string {
  if (gate.reason === 'acting') return t('gate.acting');
  const roles = roleList({ roles: gate.grantedBy, on: instanceRolesIn(gate) }, { t, language });
  return [
    t('gate.needs', { permission: t(`permission.${gate.permission}`) }),
    ...(roles === '' ? [] : [t('gate.grantedBy', { roles })]),
  ].join(' ');
}
