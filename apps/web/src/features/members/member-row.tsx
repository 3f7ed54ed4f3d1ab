import { Link } from '@tanstack/react-router';
import { CirclePause, Moon, Pencil, Clock, Hand, KeyRound, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole } from '../../policy.ts';
import { Person, nameOf } from '../../shared/person.tsx';
import { RoleBadge } from '../../shared/role-badge.tsx';
import { sourceText } from '../../shared/role-source.ts';
import { menuButton, type MenuButtonOptions } from '../../ui/menu-button.ts';
import { RelativeTime } from '../../ui/time.tsx';
import type { Member, MemberRole } from './member.ts';
import type { SortKey } from './filters.ts';
import type { messages } from './messages.en.ts';

type Source = MemberRole['source'];

/** The default role has no marker, because it is the usual source. */
const marks: Readonly<Record<Exclude<Source['kind'], 'default'>, LucideIcon>> = {
  logto: KeyRound,
  request: Clock,
  hand: Hand,
};

function SourcedRole(props: { readonly held: MemberRole; readonly isSuspended: boolean }): ReactNode {
  const { role, source } = props.held;
  const { i18n } = useTranslation();
  const from = sourceText(source, 'organization', i18n);
  const hasEnd = source.kind === 'hand' && source.endsAt !== null;
  const Mark = source.kind === 'default' ? null : hasEnd ? Clock : marks[source.kind];
  return (
    <span title={from} className={props.isSuspended ? 'text-muted' : ''}>
      <RoleBadge role={role}>
        {Mark !== null && <Mark aria-hidden="true" className="size-3 text-muted" />}
        <span className="sr-only">({from})</span>
      </RoleBadge>
    </span>
  );
}

interface RowProps {
  readonly member: Member;
  readonly isSelected: boolean;
  /** Absent for users who cannot change any member. */
  readonly onSelect?: () => void;
  /** Absent for users who cannot change roles. */
  readonly rolesMenu?: MenuButtonOptions;
}

export interface Column {
  /** Also the key of its header's text. */
  readonly key: keyof typeof messages.column;
  readonly sort?: SortKey;
  /** The direction of the first click. Default: ascending. */
  readonly firstDirection?: 'desc';
  /** Fixed, because rows are mounted and unmounted. */
  readonly width?: string;
  /** Hides the column on small screens. */
  readonly hidden?: 'max-lg:hidden' | 'max-xl:hidden';
  readonly Cell: (row: RowProps) => ReactNode;
}

export const columns: readonly Column[] = [
  { key: 'member', sort: 'name', Cell: MemberCell },
  { key: 'roles', width: 'w-60 xl:w-72', hidden: 'max-lg:hidden', Cell: RolesCell },
  {
    key: 'lastSignIn',
    sort: 'lastSignIn',
    firstDirection: 'desc',
    width: 'w-36',
    hidden: 'max-xl:hidden',
    Cell: LastSignIn,
  },
  { key: 'status', width: 'w-32', hidden: 'max-lg:hidden', Cell: Status },
  { key: 'actions', width: 'w-16', Cell: RolesButton },
];

const cell = 'px-4 py-2 align-middle';
const edges = 'first:max-w-0 max-lg:first:pr-0 last:pr-3 last:pl-0 last:text-right';

export function MemberCells(props: RowProps): ReactNode {
  return columns.map(({ key, hidden = '', Cell }) => (
    <td key={key} className={`${cell} ${edges} ${hidden}`}>
      <Cell {...props} />
    </td>
  ));
}

function MemberCell(props: RowProps): ReactNode {
  const { member, isSelected, onSelect } = props;
  const { t } = useTranslation();
  const name = nameOf(member);
  // Strongest last, and then the roles that are not in the policy.
  const strongest = member.roles.findLast(({ role }) => isRole(role)) ?? member.roles.at(-1);
  return (
    <div className="flex items-center gap-3">
      {onSelect !== undefined && (
        <input
          type="checkbox"
          aria-label={t('members.select', { name })}
          checked={isSelected}
          onChange={onSelect}
          className="size-4 shrink-0 accent-brass-line pointer-coarse:size-6"
        />
      )}
      <div className="min-w-0 flex-1">
        <Link
          to="/members/$subject"
          params={{ subject: member.subject }}
          className="block rounded-control hover:underline"
        >
          <Person
            person={{
              key: member.subject,
              name: member.name,
              email: member.email,
              isMachine: member.kind === 'machine',
            }}
            detailed
          />
        </Link>
        {/* Below the name, or the avatar if the status needs the room. Items that do not fit wrap out of view as a
            whole; the number shows how many there are. */}
        <div
          className={`mt-1 flex h-6 flex-wrap gap-1 overflow-hidden lg:hidden ${member.status === 'active' ? 'pl-10' : ''}`}
        >
          <Roles member={{ ...member, roles: strongest === undefined ? [] : [strongest] }} />
          {member.roles.length > 1 && (
            <span className="self-center text-sm text-muted">+{member.roles.length - 1}</span>
          )}
          {member.status !== 'active' && (
            <span className="ml-1 shrink-0 self-center text-sm">
              <Status member={member} />
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

function RolesCell({ member }: RowProps): ReactNode {
  return (
    <div className="flex max-h-13 flex-wrap gap-1 overflow-hidden">
      <Roles member={member} />
    </div>
  );
}

function RolesButton({ member, rolesMenu }: RowProps): ReactNode {
  const { t } = useTranslation();
  if (rolesMenu === undefined) return null;
  const label = t('members.changeRoles', { name: nameOf(member) });
  return (
    <button
      type="button"
      aria-keyshortcuts="r"
      aria-label={label}
      title={label}
      {...menuButton(rolesMenu)}
      className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
    >
      <Pencil aria-hidden="true" className="size-4" />
    </button>
  );
}

function Roles({ member: { roles, status } }: { readonly member: Member }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-sm text-muted">{t('members.noRole')}</span>;
  return roles.map((held) => (
    <SourcedRole key={held.role} held={held} isSuspended={status === 'suspended'} />
  ));
}

/** Empty for a machine, because Logto does not report when it last requested a token. */
function LastSignIn({ member: { kind, lastSignInAt } }: { readonly member: Member }): ReactNode {
  const { t } = useTranslation();
  if (kind === 'machine') return null;
  return (
    <span className="text-muted">
      {lastSignInAt === null ? t('members.never') : <RelativeTime at={lastSignInAt} />}
    </span>
  );
}

function Status({ member: { status } }: { readonly member: Member }): ReactNode {
  const { t } = useTranslation();
  if (status === 'active') return <span className="text-muted">{t('members.status.active')}</span>;
  const [Icon, tone] = status === 'dormant' ? [Moon, 'text-muted'] : [CirclePause, 'text-denied'];
  return (
    <span
      className={`inline-flex items-center gap-1.5 font-medium ${tone}`}
      title={t(`members.statusHow.${status}`)}
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {t(`members.status.${status}`)}
    </span>
  );
}

export function MissingCells({ hasFailed }: { readonly hasFailed: boolean }): ReactNode {
  const { t } = useTranslation();
  if (hasFailed) return <td className={`${cell} text-muted`}>{t('members.notLoaded')}</td>;
  return (
    // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its row has aria-busy
    <td className={cell}>
      <span className="skeleton block h-4 w-48" />
      <span className="skeleton mt-2 block h-3 w-32" />
    </td>
  );
}
