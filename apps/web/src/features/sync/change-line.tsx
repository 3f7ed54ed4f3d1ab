import { Minus, Plus, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { changeOf, isKnownKind } from './change.ts';
import { NamedId } from './subject-name.tsx';

/** Permit's key of the tenant without an organization. */
const defaultTenant = 'default';

function iconOf(kind: string): { Icon: typeof Plus; tone: string } {
  if (/^(?:create-|assign|restore)/.test(kind)) return { Icon: Plus, tone: 'text-allowed' };
  if (/^(?:delete-|unassign)/.test(kind)) return { Icon: Minus, tone: 'text-denied' };
  return { Icon: RefreshCw, tone: 'text-muted' };
}

/**
 * The name of a kind of change, applied or planned, with its icon. An unknown kind from a newer server is shown by its
 * code.
 */
export function ChangeKind(props: { readonly kind: string; readonly planned?: boolean }): ReactNode {
  const { kind, planned = false } = props;
  const { t } = useTranslation();
  const { Icon, tone } = iconOf(kind);
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Icon aria-hidden="true" className={`size-3.5 shrink-0 ${tone}`} />
      {isKnownKind(kind) ? (
        t(planned ? `sync.planned.${kind}` : `sync.change.${kind}`)
      ) : (
        <code className="font-mono text-xs">{kind}</code>
      )}
    </span>
  );
}

/** One change, applied or planned, with its subject when the server names it: "+ User created  Viewer in default". */
export function ChangeLine(props: {
  readonly line: string;
  /** By user key and by `tenant:<key>`; only known names. */
  readonly names?: Readonly<Record<string, string>>;
  readonly planned?: boolean;
}): ReactNode {
  const { line, names = {}, planned = false } = props;
  const { t } = useTranslation();
  const { about, kind, roles } = changeOf(line);
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <ChangeKind kind={kind} planned={planned} />
      {about !== null && <NamedId id={about} name={names[about] ?? names[`tenant:${about}`]} />}
      {roles.map(({ role, where }) => (
        <span
          key={`${role}@${where}`}
          className="inline-flex min-w-0 items-center gap-1.5 text-sm text-muted"
        >
          <RoleBadge role={role} />
          {where !== '' && (
            <>
              {t('sync.changeIn')} <Tenant where={where} name={names[`tenant:${where}`]} />
            </>
          )}
        </span>
      ))}
    </span>
  );
}

/** The tenant of a role, or the instance in it. */
function Tenant(props: { readonly where: string; readonly name: string | undefined }): ReactNode {
  const { where, name } = props;
  const { t } = useTranslation();
  const shown = where === defaultTenant ? t('layout.defaultOrganization') : name;
  return shown === undefined ? (
    <code className="font-mono text-xs break-all">{where}</code>
  ) : (
    <span className="min-w-0 break-words" title={where}>
      {shown}
    </span>
  );
}
