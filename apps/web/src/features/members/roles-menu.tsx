import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { Menu } from '@base-ui/react/menu';
import { CalendarClock } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import type { AppRole } from '@latchkey/policy';
import { isViewing } from '../../auth/view-as.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { RoleMenu } from '../../shared/role-menu.tsx';
import { canChangeAccess, roles } from '../../policy.ts';
import { LazyPopup, useLazyPopup } from '../../ui/lazy.tsx';
import type { MenuProps } from '../../ui/menu-button.ts';
import { menuItem } from '../../ui/popup-style.ts';
import type { Member, MembersPage } from './member.ts';
import { PreviewText } from './preview-text.tsx';
import { obstacles, type AskedRole } from './bulk.ts';
import { useOptimisticChange } from '../../shared/optimistic-change.ts';
import { nameOf } from '../../shared/person.tsx';

const RoleSheet = lazy(() => import('./role-sheet.tsx'));

interface AskedChange {
  readonly member: Member;
  readonly role: AppRole;
  readonly change: 'assign' | 'unassign';
}

const opposite = { assign: 'unassign', unassign: 'assign' } as const;

function useChangeRole(): (change: AskedChange) => void {
  const { t } = useTranslation();
  const { api, person } = useRouteContext({ from: '/console' });
  const queryClient = useQueryClient();
  const utils = trpc.useUtils();
  const makeChange = useOptimisticChange();
  const mutations = {
    assign: trpc.members.assign.useMutation(),
    unassign: trpc.members.unassign.useMutation(),
  };
  const show = (member: Member): void => {
    // Updates the person's page too, if it is cached.
    const { subject } = member;
    utils.members.get.setData({ subject }, (before) => before && member);
    queryClient.setQueriesData<MembersPage>(
      { queryKey: [['members', 'list']] },
      (page) =>
        page && {
          ...page,
          members: page.members.map((one) => (one.subject === subject ? member : one)),
        },
    );
  };
  const change = (asked: AskedChange): void => {
    const { member, role, change: kind } = asked;
    let now = member;
    void makeChange({
      cancel: () => Promise.all([utils.members.list.cancel(), utils.members.get.cancel()]),
      show() {
        show(changed(asked, person));
        return () => show(member);
      },
      async send() {
        now = await mutations[kind].mutateAsync({ subject: member.subject, role });
        show(now);
      },
      done: t(kind === 'assign' ? 'roleChange.assigned' : 'roleChange.removed', {
        name: nameOf(member),
        role: t(`role.${role}`),
      }),
      undo: {
        label: t('undo'),
        run: () => change({ member: now, role, change: opposite[kind] }),
      },
      failed: t(`members.failed.${kind}`),
      refusals: Object.fromEntries(obstacles.map((code) => [code, t(`members.obstacle.${code}`)])),
      // Refetches the gates too: users who change their own roles may lose access to this page.
      refetch: api.refetch,
    });
  };
  return change;
}

function changed(
  { member, role, change }: AskedChange,
  { key, name }: { readonly key: string; readonly name: string | null },
): Member {
  const others = member.roles.filter((held) => held.role !== role);
  if (change === 'unassign') return { ...member, roles: others };
  const source = { kind: 'hand', by: { key, name }, at: new Date().toISOString(), endsAt: null } as const;
  return {
    ...member,
    roles: [...others, { role, source }].toSorted((one, other) => rank(one.role) - rank(other.role)),
  };
}

function rank(role: string): number {
  return roles.findIndex((one) => one === role);
}

/** A role that can change others' access, or one for a limited time, is assigned in a sheet. */
export default function RolesMenu(
  props: MenuProps & { readonly member: Member; readonly more?: ReactNode },
): ReactNode {
  const { member, anchor, more, ...menu } = props;
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const { subject } = member;
  const name = nameOf(member);
  const held = new Set(member.roles.map(({ role }) => role));
  const choices = roles.map((role): AskedChange => ({
    member,
    role,
    change: held.has(role) ? 'unassign' : 'assign',
  }));
  const utils = trpc.useUtils();
  const previews = useQueries({
    queries: choices.map(({ role, change }) =>
      utils.members.preview.queryOptions({ subject, role, change }, { enabled: menu.open }),
    ),
  });
  const changeRole = useChangeRole();
  const [asked, ask] = useState<AskedRole>();
  const { popup: sheet, setOpen: setSheetOpen } = useLazyPopup();
  const openSheet = (role: AppRole): void => {
    ask({ role, change: 'assign' });
    setSheetOpen(true);
  };
  const firstMissing = roles.find((role) => !held.has(role)) ?? 'viewer';
  return (
    <>
      <RoleMenu
        {...menu}
        more={
          <>
            {!isViewing() && (
              <>
                <Menu.Separator className="mx-2.5 my-1 h-px bg-line forced-colors:bg-[CanvasText]" />
                <Menu.Item className={menuItem} onClick={() => openSheet(firstMissing)}>
                  <CalendarClock aria-hidden="true" className="size-4 text-muted" />
                  {t('members.bulk.forATime')}
                </Menu.Item>
              </>
            )}
            {more}
          </>
        }
        anchor={anchor}
        title={t('members.rolesOf', { name })}
        choices={choices.map((choice, index) => {
          const preview = previews[index]?.data;
          const hasFailed = previews[index]?.isError === true;
          const losesItself =
            subject === person.key &&
            preview?.loses.some(({ permission }) => permission === 'members:assign') === true;
          return {
            role: choice.role,
            name: t(`role.${choice.role}`),
            isHeld: choice.change === 'unassign',
            isLocked: preview !== undefined && preview.obstacle !== null,
            isLoading: preview === undefined && !hasFailed,
            detail: <PreviewText preview={preview} hasFailed={hasFailed} />,
            warning: losesItself ? t('members.self', { count: preview.loses.length }) : undefined,
            onChoose: () =>
              choice.change === 'assign' && canChangeAccess(choice.role)
                ? openSheet(choice.role)
                : changeRole(choice),
          };
        })}
      />
      <LazyPopup popup={sheet}>
        {(shown) => <RoleSheet key={asked?.role} subjects={[subject]} initial={asked} {...shown} />}
      </LazyPopup>
    </>
  );
}
