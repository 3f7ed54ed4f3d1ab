import type { AppPermission, AppRole } from '@latchkey/policy';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { Button, textAction } from '../../ui/button.tsx';
import { useRequestSheet, type SheetContent } from '../../shared/request-access/use-request-sheet.ts';
import { RoleBadge } from '../../shared/role-badge.tsx';
import {
  isReportRole,
  isShown,
  roles as allRoles,
  sharedResources,
  type ReportRole,
  type SharedResource,
} from '../../policy.ts';
import { type Access, useApproversText } from '../../shared/request-access/use-approvers-text.ts';
import { Section } from '../../ui/page.tsx';
import { PermissionList } from '../../shared/request-access/permission-list.tsx';
import { useOwnRequests } from '../../shared/request-access/own-request.tsx';

const maxAdded = 6;

/** The roles that the user could request, and what each would add. Those that add the fewest come first. */
export function AskableRoles({ access }: { readonly access: Access }): ReactNode {
  const { t } = useTranslation();
  const approversText = useApproversText();
  const mayAsk = useGate(trpc.requests.create, undefined).state === 'allowed';
  const missing = access.missing.filter(({ permission }) => isShown(permission));
  const inOrganization = allRoles
    .map((role) => ({ role, adds: addedBy(missing, ({ roles }) => roles.includes(role)) }))
    .filter(({ adds }) => adds.length > 0)
    .toSorted((one, other) => one.adds.length - other.adds.length);
  const onInstances = sharedResources
    .map((resource) => ({ resource, roles: instanceRolesOf(missing, resource) }))
    .filter(({ roles }) => roles.length > 0);
  if (inOrganization.length === 0 && onInstances.length === 0)
    return <p className="text-muted">{t('access.everything')}</p>;
  return (
    <Section
      title={t('access.ask')}
      about={`${t('access.notIncluded')} ${approversText.full(access.approvers)}`}
    >
      {inOrganization.map(({ role, adds }) => (
        <div key={role} className="px-4 py-2.5">
          <div className="mb-1 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <h3>
              <RoleBadge role={role} />
            </h3>
            {access.rolesFromLogto.includes(role) ? (
              <span className="text-sm text-muted">{t('access.fromLogto')}</span>
            ) : (
              mayAsk && <AskForRole role={role} />
            )}
          </div>
          <PermissionList permissions={adds} icon={Plus} tone="neutral" most={maxAdded} />
        </div>
      ))}
      {onInstances.length > 0 && (
        <details>
          <summary className={`${textAction} px-4 py-2.5 text-muted`}>
            {t('access.onOne', { count: onInstances.flatMap(({ roles }) => roles).length })}
          </summary>
          {onInstances.map(({ resource, roles }) => (
            <div key={resource} className="px-4 py-2.5">
              {mayAsk && <p className="text-sm text-muted">{t(`access.onItsPage.${resource}`)}</p>}
              {roles.map(({ role, adds }) => (
                <div key={role} className="py-1.5">
                  <h3 className="mb-1 text-sm font-medium">
                    {t(`requestAccess.ofOne.${resource}`, { role: t(`reportRole.${role}`) })}
                  </h3>
                  <PermissionList permissions={adds} icon={Plus} tone="neutral" />
                </div>
              ))}
            </div>
          ))}
        </details>
      )}
    </Section>
  );
}

function AskForRole({ role }: { readonly role: AppRole }): ReactNode {
  const { t } = useTranslation();
  const openSheet = useRequestSheet();
  const { requests } = useOwnRequests();
  const sent = requests?.find(
    ({ status, target }) => status === 'open' && target.kind === 'role' && target.role === role,
  );
  const [label, content]: [string, SheetContent] =
    sent === undefined
      ? [t('request.access'), { kind: 'new', targets: [{ kind: 'role', role }] }]
      : [t('requestAccess.showOpen'), { kind: 'sent', id: sent.id }];
  return (
    <Button
      className="h-8!"
      aria-label={`${label}: ${t(`role.${role}`)}`}
      onClick={() => openSheet?.(content)}
    >
      {label}
    </Button>
  );
}

type Missing = Access['missing'][number];

function addedBy(missing: readonly Missing[], isGiven: (one: Missing) => boolean): AppPermission[] {
  return missing.filter(isGiven).map(({ permission }) => permission);
}

interface InstanceRole {
  readonly role: ReportRole;
  readonly adds: readonly AppPermission[];
}

function instanceRolesOf(missing: readonly Missing[], resource: SharedResource): readonly InstanceRole[] {
  const ofResource = missing.filter(({ permission }) => permission.startsWith(`${resource}:`));
  const names = [...new Set(ofResource.flatMap(({ instanceRoles }) => instanceRoles))].filter(isReportRole);
  return names
    .map((role) => ({
      role,
      adds: addedBy(ofResource, ({ instanceRoles }) => instanceRoles.includes(role)),
    }))
    .toSorted((one, other) => one.adds.length - other.adds.length);
}
