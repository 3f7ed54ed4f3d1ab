import { Building2, FileText, Filter, FolderClosed, type LucideIcon, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { ChainNode, Instance } from './explanation.ts';
import { sourceText, type RoleSource } from '../role-source.ts';
import { Popover } from '@base-ui/react/popover';
import { permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { isReportRole, isRole, isShown } from '../../policy.ts';
import { InstanceLink } from '../instance-link.tsx';
import { RolePopup } from '../role-popup.tsx';
import { roleName } from '../role-badge.tsx';

/** Without access: a label with the end of the report's id, or the key of the collection. */
function InstanceName({ instance }: { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const { resource, key, title } = instance;
  if (title !== null) return title;
  if (resource === 'reports')
    return (
      <>
        {t('reason.aReport')} {key !== null && <code className="font-mono text-xs">…{key.slice(-6)}</code>}
      </>
    );
  return key ?? t('reason.aCollection');
}

/** One node between the person and the permission. Relations are edges, not nodes. */
export type ShownNode = Exclude<ChainNode, { readonly kind: 'relation' }>;

/** A node that opens is a link (a report) or a button (the permissions of a role). */
export function ChainNodeChip(props: {
  readonly node: ShownNode;
  /** Where the node's role is held: in the organization or on an instance. */
  readonly roleOn: 'organization' | 'instance';
}): ReactNode {
  const { node, roleOn } = props;
  const { t } = useTranslation();
  switch (node.kind) {
    case 'role':
      return <RoleChip role={node.role} on={roleOn} source={node.source} />;
    case 'included-role':
    case 'derived-role':
      return <RoleChip role={node.role} on={roleOn} />;
    case 'tenant':
      return (
        <span className={chipTone.plain}>
          <ChipContent icon={Building2} caption={t('reason.node.tenant')}>
            {t('reason.thisOrganization')}
          </ChipContent>
        </span>
      );
    case 'instance':
      return <InstanceChip instance={node.instance} />;
    case 'resource':
      return (
        <span className={chipTone.plain}>
          <ChipContent icon={FileText} caption={node.resource}>
            {t('reason.all')}
          </ChipContent>
        </span>
      );
    default:
      return (
        <span className={chipTone.plain}>
          <ChipContent icon={Filter} caption={t('reason.node.set')}>
            {isKnownSet(node.key) ? t(`reason.set.${node.key}`) : node.key}
          </ChipContent>
        </span>
      );
  }
}

function InstanceChip({ instance }: { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const resource = instance.resource === 'reports' ? 'reports' : 'collections';
  const content = (
    <ChipContent
      icon={resource === 'reports' ? FileText : FolderClosed}
      caption={t(`reason.node.${resource}`)}
    >
      <InstanceName instance={instance} />
    </ChipContent>
  );
  const { key, title } = instance;
  // Without a title, the user cannot open it. A collection created directly in Permit has no page.
  if (title === null || key === null || title === key)
    return <span className={chipTone.plain}>{content}</span>;
  return (
    <InstanceLink bare resource={resource} id={key} className={chipTone.open}>
      {content}
    </InstanceLink>
  );
}

function isKnownSet(key: string): key is 'cleared' | 'confidential' {
  return key === 'cleared' || key === 'confidential';
}

const frame =
  'flex min-h-11 max-w-full min-w-0 items-center gap-2.5 rounded-control border px-3 py-1.5 text-left';

export const chipTone = {
  plain: `${frame} border-line bg-surface`,
  open: `${frame} border-line-strong bg-surface hover:bg-sunken`,
  allowed: `${frame} border-allowed bg-allowed-wash`,
  missing: `${frame} border-dashed border-line-strong bg-paper text-muted`,
} as const;

function ChipContent(props: {
  readonly icon: LucideIcon;
  readonly caption: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const { icon: Icon, caption, children } = props;
  return (
    <>
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
      <span className="min-w-0">
        <span className="block text-xs text-muted">{caption}</span>
        <span className="block font-medium wrap-anywhere">{children}</span>
      </span>
    </>
  );
}

function RoleChip(props: {
  readonly role: string;
  readonly on: 'organization' | 'instance';
  readonly source?: RoleSource | null;
}): ReactNode {
  const { role, on, source = null } = props;
  const { t, i18n } = useTranslation();
  const name = roleName(role, on, t);
  const permissions = permissionsOf(role, on).filter(isShown);
  return (
    <Popover.Root>
      <Popover.Trigger className={`${chipTone.open} data-popup-open:bg-sunken`}>
        <ChipContent
          icon={KeyRound}
          caption={source === null ? t('reason.node.role') : sourceText(source, on, i18n)}
        >
          {name}
        </ChipContent>
      </Popover.Trigger>
      <RolePopup
        title={t('reason.roleMay', { role: name })}
        permissions={permissions}
        nothing={t('reason.roleMayNothing')}
      />
    </Popover.Root>
  );
}

/** A role on a collection gives the same role on its reports, so its permissions on reports are shown. */
function permissionsOf(role: string, on: 'organization' | 'instance'): AppPermission[] {
  if (on === 'organization') return isRole(role) ? permissionsOfRole(policy, role) : [];
  return isReportRole(role) ? permissionsOfResourceRole(policy, 'reports', role) : [];
}
