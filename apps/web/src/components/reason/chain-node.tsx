import { Link } from '@tanstack/react-router';
import { Building2, FileText, Filter, FolderClosed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChipContent, chipTone } from './chip.tsx';
import type { ChainNode, Instance } from './explanation.ts';
import { RoleChip } from './role-chip.tsx';

/** The title of a report, or the key of a collection; a generic label if the user may not see it. */
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
  /** The instance on which a role is held. */
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
  const isReport = instance.resource === 'reports';
  const content = (
    <ChipContent
      icon={isReport ? FileText : FolderClosed}
      caption={t(isReport ? 'reason.node.reports' : 'reason.node.collections')}
    >
      <InstanceName instance={instance} />
    </ChipContent>
  );
  const { key, title } = instance;
  // Without a title, the reader may not open it; a collection created directly in Permit has no page.
  if (title === null || key === null || title === key)
    return <span className={chipTone.plain}>{content}</span>;
  return isReport ? (
    <Link to="/reports/$reportId" params={{ reportId: key }} className={chipTone.open}>
      {content}
    </Link>
  ) : (
    <Link to="/collections/$collectionId" params={{ collectionId: key }} className={chipTone.open}>
      {content}
    </Link>
  );
}

function isKnownSet(key: string): key is 'cleared' | 'confidential' {
  return key === 'cleared' || key === 'confidential';
}
