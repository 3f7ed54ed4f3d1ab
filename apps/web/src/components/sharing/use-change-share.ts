import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { errorCodeOf } from '../../api/api-error.ts';
import { trpc } from '../../api/trpc.ts';
import { useInvalidateGates } from '../../permissions.ts';
import { reportRoles, type ReportRole } from '../../policy.ts';
import { useFailureNotice } from '../failure-notice.ts';
import { notify } from '../notice.ts';
import { nameOf, type Access, type Shareable, type SharedWith } from './sharing-types.ts';

export interface AskedShare {
  readonly person: Pick<SharedWith, 'key' | 'name' | 'email' | 'isMachine'>;
  readonly role: ReportRole;
  readonly change: 'give' | 'take';
  /** The current user may not be able to undo it afterwards. */
  readonly isFinal?: boolean;
}

/** Refusals with their own messages. */
const obstacles = ['MEMBER_SUSPENDED', 'ROLE_ENDING'] as const;

const opposite = { give: 'take', take: 'give' } as const;

/** Grants or revokes a role: optimistic, rolled back when the server refuses, and undone from the notice. */
export function useChangeShare({
  resource,
  id,
}: Pick<Shareable, 'resource' | 'id'>): (share: AskedShare) => void {
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const utils = trpc.useUtils();
  const invalidateGates = useInvalidateGates();
  const notifyFailure = useFailureNotice();
  const give = trpc[resource].share.useMutation();
  const take = trpc[resource].unshare.useMutation();

  const change = async (asked: AskedShare): Promise<void> => {
    const { person, role, change: kind, isFinal = false } = asked;
    const { mutateAsync } = kind === 'give' ? give : take;
    // An earlier query must not overwrite the optimistic state.
    await utils[resource].access.cancel({ id });
    // Its undo action belongs to the previous change.
    notify(null);
    const before = utils[resource].access.getData({ id });
    utils[resource].access.setData({ id }, (access) => access && changed(access, asked, me));
    try {
      await mutateAsync({ id, subject: person.key, role });
      const words = { name: nameOf(person), role: t(`sharing.role.${role}`) };
      notify({
        tone: 'done',
        text: t(kind === 'give' ? 'sharing.given' : 'sharing.taken', words),
        ...(!isFinal && {
          action: {
            label: t('sharing.undo'),
            run: () => void change({ person, role, change: opposite[kind] }),
          },
        }),
      });
    } catch (error) {
      utils[resource].access.setData({ id }, before);
      const code = errorCodeOf(error);
      const obstacle = obstacles.find((one) => one === code);
      if (obstacle === undefined) notifyFailure(t(`sharing.failed.${kind}`), error);
      else notify({ tone: 'failed', text: t(`sharing.obstacle.${obstacle}`) });
    }
    if (person.key === me.key) invalidateGates();
    await Promise.all([
      utils[resource].access.invalidate({ id }),
      utils[resource].sharePreview.invalidate({ id }),
      utils.why.invalidate(),
    ]);
  };
  return (asked) => void change(asked);
}

/** The list of users with access after the change. */
function changed(
  access: Access,
  { person, role, change }: AskedShare,
  { key, name }: { readonly key: string; readonly name: string | null },
): Access {
  const held = access.people.find((one) => one.key === person.key) ?? { ...person, roles: [] };
  const others = held.roles.filter((one) => one.role !== role || one.source.kind === 'collection');
  const given = { role, source: { kind: 'hand', by: { key, name }, at: new Date().toISOString() } } as const;
  const roles =
    change === 'take' ? others : [...others, given].toSorted((a, b) => rank(a.role) - rank(b.role));
  const people = access.people.some((one) => one.key === person.key)
    ? access.people
    : [...access.people, held];
  return {
    ...access,
    people: people.flatMap((one) =>
      one.key !== person.key ? [one] : roles.length === 0 ? [] : [{ ...one, roles }],
    ),
  };
}

function rank(role: ReportRole): number {
  return reportRoles.indexOf(role);
}
