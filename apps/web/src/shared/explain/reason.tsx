import type { AppPermission } from '@latchkey/policy';
import { Link } from '@tanstack/react-router';
import { Check, Unlink, Unplug, UserX, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Avatar } from '../person.tsx';
import { ChainNodeChip, chipTone, type ShownNode } from './chain-node.tsx';
import type { Chain, ChainNode, Explained, Explanation } from './explanation.ts';

/** For a denial: the roles that the person has, with a break before the permission. */
export function Reason(props: {
  readonly person: Explained;
  readonly explanation: Explanation;
  readonly isActive?: boolean;
}): ReactNode {
  const { person, explanation, isActive = true } = props;
  const { permission, outcome, agrees, paths, held, notes } = explanation;
  const { t } = useTranslation();
  const broken = paths.length === 0;
  const chains = broken ? (held.length === 0 ? [[]] : held) : paths;
  return (
    <div className="@container">
      {!isActive && (
        <Callout tone="denied" icon={UserX} title={t('reason.inactive')}>
          <p>{t('reason.inactiveHow', { name: person.name ?? t('reason.somebody') })}</p>
        </Callout>
      )}
      {!agrees && (
        <Callout tone="unknown" icon={Unplug} title={t('reason.disagrees')}>
          <p>{t(`reason.disagreesHow.${outcome}`)}</p>
        </Callout>
      )}
      {!broken && paths.length > 1 && <p className="mb-2 text-muted">{t('reason.paths')}</p>}
      {broken && held.length > 0 && <p className="mb-2 text-muted">{t('reason.heldNone')}</p>}
      <div className="flex flex-col gap-4 @xl:gap-3">
        {chains.map((chain, index) => (
          <ChainRow key={index} person={person} chain={chain} permission={permission} broken={broken} />
        ))}
      </div>
      {notes.map((note) => (
        <p key={note.kind} className="mt-3 text-muted">
          {t(`reason.note.${note.kind}`)}
        </p>
      ))}
    </div>
  );
}

/** A chain from person to permission, vertical where it is narrow. A denial ends before the permission. */
function ChainRow(props: {
  readonly person: Explained;
  readonly chain: Chain;
  readonly permission: AppPermission;
  readonly broken: boolean;
}): ReactNode {
  const { person, chain, permission, broken } = props;
  const { t } = useTranslation();
  const nodes = chain.filter((node): node is ShownNode => node.kind !== 'relation');
  const roleOn = chain.some(({ kind }) => kind === 'instance') ? 'instance' : 'organization';
  return (
    <ol
      aria-label={t('reason.chain')}
      className="flex flex-col items-start @xl:flex-row @xl:flex-wrap @xl:items-center @xl:gap-y-2"
    >
      <li className="max-w-full">
        <PersonChip person={person} />
      </li>
      {nodes.map((node, index) => (
        <li key={index} className={step}>
          <Connector label={t(`reason.link.${labelBefore(node, chain)}`)} />
          <ChainNodeChip node={node} roleOn={roleOn} />
        </li>
      ))}
      <li className={step}>
        <Connector
          label={t(
            broken
              ? nodes.length === 0
                ? 'reason.nothingHeld'
                : 'reason.link.broken'
              : 'reason.link.grants',
          )}
          broken={broken}
        />
        <PermissionChip permission={permission} broken={broken} />
      </li>
    </ol>
  );
}

/** A relation and the next node stay on one line. */
const step = 'flex max-w-full flex-col items-start @xl:flex-row @xl:items-center';

type LinkLabel = 'holds' | 'includes' | 'in' | 'on' | 'parent' | 'so' | 'of';

const labels: Readonly<Record<ShownNode['kind'], LinkLabel>> = {
  role: 'holds',
  'included-role': 'includes',
  'derived-role': 'so',
  tenant: 'in',
  instance: 'on',
  'user-set': 'in',
  'resource-set': 'of',
  resource: 'of',
};

/** The label of the edge before a node. After a relation it is `parent`, as from a collection to its report. */
function labelBefore(node: ShownNode, chain: readonly ChainNode[]): LinkLabel {
  const before = chain[chain.indexOf(node) - 1];
  return before?.kind === 'relation' ? 'parent' : labels[node.kind];
}

function Connector(props: { readonly label: string; readonly broken?: boolean }): ReactNode {
  const { label, broken = false } = props;
  const line = broken ? 'border-dashed border-denied' : 'border-line-strong';
  return (
    <span
      className={`flex items-center gap-1.5 text-xs whitespace-nowrap @max-xl:ml-5 @max-xl:min-h-8 @max-xl:border-l @max-xl:pl-3 @xl:px-1 ${line} ${broken ? 'text-denied' : 'text-muted'}`}
    >
      <span aria-hidden="true" className={`hidden w-3 border-t @xl:block ${line}`} />
      {broken && <Unlink aria-hidden="true" className="size-3.5" />}
      {label}
      <span aria-hidden="true" className={`hidden w-3 border-t @xl:block ${line}`} />
    </span>
  );
}

/** Links to the person's page, for users who can view it. */
function PersonChip({ person }: { readonly person: Explained }): ReactNode {
  const { t } = useTranslation();
  const { key, name, isMachine = false, isReader } = person;
  const seesMembers = useGate(trpc.members.get, undefined).state === 'allowed';
  const shown = name ?? key;
  const content = (
    <>
      <Avatar name={shown} isMachine={isMachine} />
      <span className="min-w-0">
        <span className="block text-xs text-muted">
          {t(isMachine ? 'person.machine' : 'reason.node.person')}
        </span>
        <span className={`block wrap-anywhere ${name === null ? 'font-mono text-xs' : 'font-medium'}`}>
          {shown}
        </span>
      </span>
    </>
  );
  return isReader || !seesMembers ? (
    <span className={chipTone.plain}>{content}</span>
  ) : (
    <Link to="/members/$subject" params={{ subject: key }} className={chipTone.open}>
      {content}
    </Link>
  );
}

function PermissionChip(props: { readonly permission: AppPermission; readonly broken: boolean }): ReactNode {
  const { permission, broken } = props;
  const { t } = useTranslation();
  const Icon = broken ? X : Check;
  return (
    <span className={broken ? chipTone.missing : chipTone.allowed}>
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${broken ? 'text-denied' : 'text-allowed'}`} />
      <span className="min-w-0">
        <span className={`block text-xs ${broken ? '' : 'text-allowed'}`}>
          {t(broken ? 'reason.node.permissionMissing' : 'reason.node.permission')}
        </span>
        <span className="block font-medium">{t(`permission.${permission}`)}</span>
      </span>
    </span>
  );
}
