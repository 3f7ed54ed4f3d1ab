import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { MemberPicker } from '../person-combobox.tsx';
import { nameOf } from '../person.tsx';

/** Asks who becomes an owner of the reports and collections that would have none. */
export function NewOwnerField(props: {
  readonly value: string | undefined;
  readonly onChange: (key: string) => void;
  readonly hint: string;
  /** The id of the message that a new owner is required, while it is. */
  readonly problemId: string | undefined;
}): ReactNode {
  const { value, onChange, hint, problemId } = props;
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  const { data } = trpc.members.get.useQuery({ subject: value ?? '' }, { enabled: value !== undefined });
  const chosen = data ? nameOf(data) : value;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium">{t('sharing.newOwner.label')}</legend>
      <p className="text-sm wrap-anywhere text-muted">{hint}</p>
      <div className="flex flex-wrap items-center gap-2">
        <MemberPicker
          value={value && chosen ? { key: value, name: chosen, isMachine: false } : null}
          onChange={onChange}
          problemId={problemId}
          labels={{
            person: t('sharing.newOwner.label'),
            choose: t('sharing.choose'),
            search: t('sharing.search'),
            nobody: t('sharing.nobody'),
          }}
        />
        <Button onClick={() => onChange(me.key)}>{t('sharing.newOwner.me')}</Button>
      </div>
      {problemId !== undefined && (
        <p id={problemId} className="text-sm text-muted">
          {t('sharing.newOwner.required')}
        </p>
      )}
    </fieldset>
  );
}
