import { Minus, Plus, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { NamedId } from './subject-name.tsx';

/** Permit's key of the tenant without an organization. */
const defaultTenant = 'default';

function iconOf(kind: string): { Icon: typeof Plus; tone: string } {
  if (/^(?:create-|assign|restore)/.test(kind)) return { Icon: Plus, tone: 'text-allowed' };
  if (/^(?:delete-|unassign)/.test(kind)) return { Icon: Minus, tone: 'text-denied' };
  return { Icon: RefreshCw, tone: 'text-muted' };
}

/** A kind from a newer server is shown by its code. */
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
  /** Known names, by user key and by `tenant:<key>`. */
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

const changeKinds = [
  'create-user',
  'update-user',
  'clear-suspended-roles',
  'delete-user',
  'create-tenant',
  'update-tenant',
  'delete-tenant',
  'assign',
  'restore',
  'unassign',
] as const;
export type KnownKind = (typeof changeKinds)[number];

/** The kinds of changes that remove access, the most severe first, as the mass-change guard counts them. */
const removals = ['delete-user', 'delete-tenant', 'unassign'] as const satisfies readonly KnownKind[];
type Removal = (typeof removals)[number];

export function isRemoval(kind: string): kind is Removal {
  return removals.some((removal) => removal === kind);
}

interface Change {
  /** The key of the user or tenant; only the report of a run has it. */
  readonly about: string | null;
  readonly kind: string;
  readonly roles: readonly { readonly role: string; readonly where: string }[];
}

function isKnownKind(kind: string): kind is KnownKind {
  return changeKinds.some((known) => known === kind);
}

/** Parses a line from the server: `assign viewer@default`, or in a run's report `u-1: create-user viewer@default`. */
export function changeOf(line: string): Change {
  const [, about = null, rest = line] = /^(.+?): (.+)$/s.exec(line) ?? [];
  const [kind = '', ...grants] = rest.split(' ');
  return {
    about,
    kind,
    roles: grants.map((grant) => {
      const at = grant.indexOf('@');
      return at === -1
        ? { role: grant, where: '' }
        : { role: grant.slice(0, at), where: grant.slice(at + 1) };
    }),
  };
}

export interface Plan {
  readonly total: number;
  readonly removals: number;
  /** Removals first, then in the order of `changeKinds`, then unknown kinds from a newer server. */
  readonly kinds: readonly { readonly kind: string; readonly count: number; readonly removes: boolean }[];
}

function rank(kind: string): number {
  if (isRemoval(kind)) return removals.indexOf(kind);
  return isKnownKind(kind) ? changeKinds.indexOf(kind) : changeKinds.length;
}

export function planOf(changes: Readonly<Record<string, number>>): Plan {
  const kinds = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count, removes: isRemoval(kind) }))
    .toSorted((a, b) => Number(b.removes) - Number(a.removes) || rank(a.kind) - rank(b.kind));
  const sum = (which: typeof kinds): number => which.reduce((total, { count }) => total + count, 0);
  return { total: sum(kinds), removals: sum(kinds.filter(({ removes }) => removes)), kinds };
}
