import { useRouteContext } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RoleBadge, roleName } from '../../shared/role-badge.tsx';
import { NewOwnerField } from '../../shared/sharing/new-owner-field.tsx';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import type { PersonChoice } from '../../shared/person-combobox.tsx';
import { Failure, Outcomes, useRemoval, type Action, type Leaving } from './remove-outcomes.tsx';
import { CallProgress, PersonItem } from './outcome-lines.tsx';

/** With more people than this, the user confirms by typing their number. */
const maxWithoutNumber = 10;

export default function RemoveSheet(props: {
  readonly subjects: readonly string[];
  readonly open: boolean;
  readonly onClose: () => void;
  /** Called when the outcomes are closed. */
  readonly onRemoved: () => void;
}): ReactNode {
  const { subjects, open, onClose, onRemoved } = props;
  const { t } = useTranslation();
  const removal = useRemoval();
  const { result } = removal;
  const close = (): void => {
    onClose();
    if (result !== null) onRemoved();
  };
  return (
    <Sheet open={open} title={t('members.removal.title')} onClose={close} onClosed={removal.forget}>
      {result === null ? (
        <Preview subjects={subjects} removal={removal} onCancel={close} />
      ) : (
        <Outcomes result={result} removal={removal} onDone={close} />
      )}
    </Sheet>
  );
}

function Preview(props: {
  readonly subjects: readonly string[];
  readonly removal: ReturnType<typeof useRemoval>;
  readonly onCancel: () => void;
}): ReactNode {
  const { subjects, removal, onCancel } = props;
  const { t, i18n } = useTranslation();
  const { organization } = useRouteContext({ from: '/console' });
  const preview = trpc.members.removePreview.useQuery({ subjects: [...subjects] }, { gcTime: 0 });
  const problem = useProblem(preview);
  const [chosen, choose] = useState<readonly Action[]>(['suspend', 'sessions']);
  const [number, setNumber] = useState('');
  const [newOwner, setNewOwner] = useState<PersonChoice | null>(null);
  const [numberId, ownerId] = [useId(), useId()];
  if (problem !== null) return <Problem problem={problem} title={t('members.removal.previewFailed')} />;
  if (preview.data === undefined)
    return <span className="skeleton block h-40 rounded-card" aria-busy="true" />;
  const people = preview.data;
  const leaving = people.filter(({ obstacle }) => obstacle === null);
  const count = leaving.length;
  const actions: readonly Action[] = organization === null ? chosen : ['organization'];
  const asksNumber = count > maxWithoutNumber;
  const owned = leaving.reduce((sum, { lastOwnerOf }) => sum + lastOwnerOf, 0);
  const asksOwner = owned > 0 && actions.some((action) => action !== 'sessions');
  const ownerProblem = !asksOwner
    ? undefined
    : newOwner === null
      ? t('sharing.newOwner.required')
      : leaving.some(({ subject }) => subject === newOwner.key)
        ? t('members.removal.code.NEW_OWNER_INVALID')
        : undefined;
  const ownerless = leaving.flatMap(({ shares }) => shares.filter(({ isLastOwner }) => isLastOwner));
  const titles = ownerless.flatMap(({ title }) => title ?? []);
  const others = owned - titles.length;
  const more = others > 0 ? t('members.andMore', { count: others }) : undefined;
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void removal.remove(people, { actions, newOwner: asksOwner ? newOwner?.key : undefined });
      }}
    >
      {organization === null ? (
        <AccountActions chosen={chosen} onChoose={choose} />
      ) : (
        <p>{t('members.removal.organization')}</p>
      )}
      <div>
        <h3 className="font-medium">{t('members.removal.lost')}</h3>
        <ul className="mt-2 divide-y divide-line rounded-card border border-line bg-surface">
          {people.map((one) => (
            <PersonItem key={one.subject} person={one}>
              {one.obstacle === null ? <Losses person={one} /> : <Failure code={one.obstacle} />}
            </PersonItem>
          ))}
        </ul>
      </div>
      {asksOwner && (
        <NewOwnerField
          value={newOwner}
          onChange={setNewOwner}
          hint={t('sharing.newOwner.listed', { titles: i18n.list(titles, more) })}
          problem={ownerProblem}
          problemId={ownerId}
        />
      )}
      {asksNumber && (
        <div>
          <label htmlFor={numberId} className="font-medium">
            {t('members.removal.number', { count })}
          </label>
          <input
            id={numberId}
            inputMode="numeric"
            autoComplete="off"
            value={number}
            onChange={({ target }) => setNumber(target.value)}
            className="mt-1 block h-9 w-24 rounded-control border border-line-strong bg-surface px-3 tabular-nums pointer-coarse:h-11"
          />
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {count > 0 && (
          <ChangeButton
            type="submit"
            variant="danger"
            aria-describedby={ownerProblem && ownerId}
            disabled={
              removal.progress !== null ||
              actions.length === 0 ||
              ownerProblem !== undefined ||
              (asksNumber && number.trim() !== String(count))
            }
          >
            {t('members.removal.submit', { count })}
          </ChangeButton>
        )}
        {removal.progress === null && (
          <Button variant="quiet" onClick={onCancel}>
            {t(count > 0 ? 'cancel' : 'close')}
          </Button>
        )}
      </div>
      <CallProgress progress={removal.progress} />
    </form>
  );
}

/** These affect the account in every organization. */
function AccountActions(props: {
  readonly chosen: readonly Action[];
  readonly onChoose: (chosen: readonly Action[]) => void;
}): ReactNode {
  const { chosen, onChoose } = props;
  const { t } = useTranslation();
  const isSuspending = chosen.includes('suspend');
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-medium">{t('members.removal.what')}</legend>
      {(['suspend', 'sessions', 'roles'] as const).map((action) => (
        <div key={action} className="flex gap-2.5">
          <input
            id={`${id}-${action}`}
            type="checkbox"
            aria-describedby={`${id}-${action}-effect`}
            className="mt-0.5 size-4 shrink-0 accent-brass-line"
            checked={chosen.includes(action)}
            // A suspension always ends the sessions, so this cannot be deselected.
            disabled={action === 'sessions' && isSuspending}
            onChange={({ target: { checked } }) => {
              const others = chosen.filter((one) => one !== action);
              const more: readonly Action[] =
                action === 'suspend' && checked && !chosen.includes('sessions')
                  ? ['suspend', 'sessions']
                  : [action];
              onChoose(checked ? [...others, ...more] : others);
            }}
          />
          <div>
            <label htmlFor={`${id}-${action}`}>{t(`members.removal.action.${action}`)}</label>
            <p id={`${id}-${action}-effect`} className="text-sm text-muted">
              {t(`members.removal.effect.${action}`)}
            </p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function Losses({ person: { roles, shares, moreShares } }: { readonly person: Leaving }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0 && shares.length === 0)
    return <p className="text-sm text-muted">{t('members.noRole')}</p>;
  return (
    <>
      <div className="mt-1 flex flex-wrap gap-1">
        {roles.map(({ role, isTemporary }) => (
          <RoleBadge key={role} role={role}>
            {isTemporary && <span className="text-muted">{t('members.removal.temporary')}</span>}
          </RoleBadge>
        ))}
      </div>
      {shares.length > 0 && (
        <ul className="mt-1.5 text-sm text-muted">
          {shares.map(({ resource, id, role, title }) => (
            <li key={`${id} ${role}`} className="wrap-anywhere">
              {t('members.removal.share', {
                role: roleName(role, 'instance', t),
                title:
                  title ??
                  t(resource === 'collections' ? 'members.removal.collection' : 'members.removal.report'),
              })}
            </li>
          ))}
          {moreShares > 0 && <li>{t('members.andMore', { count: moreShares })}</li>}
        </ul>
      )}
    </>
  );
}
