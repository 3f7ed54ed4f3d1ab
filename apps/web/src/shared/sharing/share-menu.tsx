import { useQueries } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import type { MenuProps } from '../../ui/menu-button.ts';
import { reportRoles } from '../../policy.ts';
import { RoleMenu } from '../role-menu.tsx';
import { SharePreviewText } from './share-preview-text.tsx';
import type { Shareable, SharedWith } from './use-change-share.ts';
import { useChangeShare, type AskedShare } from './use-change-share.ts';
import { nameOf } from '../person.tsx';
import type { PersonChoice } from '../person-combobox.tsx';
import ConfirmDialog from '../../ui/confirm-dialog.tsx';
import { CandidatePicker } from './candidate-picker.tsx';

export default function ShareMenu(
  props: MenuProps & { readonly on: Shareable; readonly person: SharedWith },
): ReactNode {
  const { on, person, ...menu } = props;
  const { resource, id } = on;
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const changeShare = useChangeShare(on);
  const given = new Set(
    person.roles.filter(({ source }) => source.kind !== 'collection').map(({ role }) => role),
  );
  const choices = reportRoles.map((role): AskedShare => ({
    person,
    role,
    change: given.has(role) ? 'revoke' : 'assign',
  }));
  const utils = trpc.useUtils()[resource].sharePreview;
  const previews = useQueries({
    queries: choices.map(({ role, change }) =>
      utils.queryOptions({ id, subject: person.key, role, change }, { enabled: menu.open }),
    ),
  });
  const [leaving, setLeaving] = useState<AskedShare>();
  return (
    <>
      <RoleMenu
        {...menu}
        title={t('sharing.rolesOf', { name: nameOf(person) })}
        choices={choices.map((choice, index) => {
          const preview = previews[index]?.data;
          const hasFailed = previews[index]?.isError === true;
          const isLastOwner = preview?.obstacle === 'LAST_OWNER';
          const losesItself = person.key === me.key && preview?.loses.includes(`${resource}:share`) === true;
          return {
            role: choice.role,
            name: t(`reportRole.${choice.role}`),
            isHeld: choice.change === 'revoke',
            isLocked: preview !== undefined && preview.obstacle !== null && !isLastOwner,
            isLoading: preview === undefined && !hasFailed,
            detail: <SharePreviewText name={nameOf(person)} preview={preview} hasFailed={hasFailed} />,
            warning: losesItself && !isLastOwner ? t('sharing.self') : undefined,
            onChoose: () => {
              const asked = { ...choice, isFinal: losesItself };
              return isLastOwner ? setLeaving(asked) : changeShare(asked);
            },
          };
        })}
      />
      {leaving !== undefined && (
        <NewOwnerDialog
          on={on}
          leaving={leaving}
          onClose={() => setLeaving(undefined)}
          onChoose={(newOwner) => changeShare({ ...leaving, newOwner })}
          returnFocusTo={{ current: menu.anchor }}
        />
      )}
    </>
  );
}

/** Before the last owner is removed: asks who becomes an owner. */
function NewOwnerDialog(props: {
  readonly on: Shareable;
  readonly leaving: AskedShare;
  readonly onClose: () => void;
  readonly onChoose: (key: string) => void;
  readonly returnFocusTo: RefObject<HTMLElement | null>;
}): ReactNode {
  const { on, leaving, onClose, onChoose, returnFocusTo } = props;
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const [open, setOpen] = useState(true);
  const [owner, setOwner] = useState<PersonChoice | null>(() =>
    leaving.person.key === me.key ? null : { key: me.key, name: nameOf(me), isMachine: false },
  );
  const why = t('sharing.newOwner.why', { name: nameOf(leaving.person) });
  return (
    <ConfirmDialog
      open={open}
      labels={{
        title: t('sharing.newOwner.label'),
        why: leaving.isFinal === true ? `${why} ${t('sharing.self')}` : why,
        confirm: t('sharing.newOwner.confirm'),
      }}
      variant="primary"
      isDisabled={owner === null || owner.key === leaving.person.key}
      onClose={() => setOpen(false)}
      onClosed={onClose}
      onConfirm={() => {
        setOpen(false);
        if (owner !== null) onChoose(owner.key);
      }}
      returnFocusTo={returnFocusTo}
    >
      <div className="mt-4 flex">
        <CandidatePicker on={on} value={owner} onChange={setOwner} />
      </div>
    </ConfirmDialog>
  );
}
