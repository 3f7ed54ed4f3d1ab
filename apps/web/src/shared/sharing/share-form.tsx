import { useRouteContext } from '@tanstack/react-router';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { isReportRole, reportRoles, type ReportRole } from '../../policy.ts';
import { ChangeButton } from '../gate-button.tsx';
import type { PersonChoice } from '../person-combobox.tsx';
import { CandidatePicker } from './candidate-picker.tsx';
import { Select } from '../../ui/select.tsx';
import { SharePreviewText } from './share-preview-text.tsx';
import { type Access, type Shareable, useChangeShare } from './use-change-share.ts';
import { nameOf } from '../person.tsx';

export function ShareForm(props: {
  readonly on: Shareable;
  readonly access: Access;
  readonly isForOwner: boolean;
  readonly onShared: (() => void) | undefined;
}): ReactNode {
  const { on, access, isForOwner, onShared } = props;
  const { resource, id, isDraft } = on;
  const { t } = useTranslation();
  const hintId = useId();
  const { person: me } = useRouteContext({ from: '/console' });
  const [person, setPerson] = useState<PersonChoice | null>(() =>
    isForOwner ? { key: me.key, name: nameOf(me), isMachine: false } : null,
  );
  const [role, setRole] = useState<ReportRole>(isForOwner ? 'owner' : 'reader');
  const changeShare = useChangeShare(on);
  const held = access.people.find(({ key }) => key === person?.key);
  const isHeld = held?.roles.some((one) => one.role === role && one.source.kind !== 'collection') === true;
  const preview = trpc[resource].sharePreview.useQuery(
    { id, subject: person?.key ?? '', role, change: 'assign' },
    { enabled: person !== null && !isHeld },
  );
  const isReady = person !== null && !isHeld && (preview.data?.obstacle === null || preview.isError);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isReady) return;
    changeShare({ person: { email: null, ...person }, role, change: 'assign' });
    setPerson(null);
    onShared?.();
    // The button is disabled until another person is chosen.
    event.currentTarget.querySelector<HTMLElement>('[role="combobox"]')?.focus();
  };
  return (
    <form onSubmit={submit} className="px-4 py-3" aria-label={t('sharing.with')}>
      <div className="flex flex-wrap items-center gap-2">
        <CandidatePicker on={on} value={person} onChange={setPerson} />
        <Select
          aria-label={t('sharing.asRole')}
          value={role}
          onChange={({ target }) => isReportRole(target.value) && setRole(target.value)}
        >
          {reportRoles.toReversed().map((one) => (
            <option key={one} value={one}>
              {t(`reportRole.${one}`)}
            </option>
          ))}
        </Select>
        <ChangeButton type="submit" variant="primary" aria-describedby={hintId} disabled={!isReady}>
          {t('sharing.submit')}
        </ChangeButton>
      </div>
      <p id={hintId} className="mt-2 min-h-5 text-sm text-muted" aria-live="polite">
        {person === null ? (
          `${t('sharing.chooseFirst')} · ${t(`sharing.roleHow.${resource}.${role}`)}`
        ) : isHeld ? (
          t('sharing.held')
        ) : (
          <SharePreviewText name={person.name} preview={preview.data} hasFailed={preview.isError} />
        )}
        {person === null && isDraft && role === 'reader' && ` · ${t('sharing.draft')}`}
      </p>
    </form>
  );
}
