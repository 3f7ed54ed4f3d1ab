import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Button } from '../../ui/button.tsx';
import { MemberPicker, type PersonChoice } from '../person-combobox.tsx';
import { nameOf } from '../person.tsx';

/** Asks who becomes an owner of the reports and collections that would have none. */
export function NewOwnerField(props: {
  readonly value: PersonChoice | null;
  readonly onChange: (choice: PersonChoice) => void;
  readonly hint: string;
  /** Why the form cannot be sent. */
  readonly problem: string | undefined;
  /** The id of the element that shows the problem. */
  readonly problemId: string;
}): ReactNode {
  const { value, onChange, hint, problem, problemId } = props;
  const { t } = useTranslation();
  const { person: me } = useRouteContext({ from: '/console' });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium">{t('sharing.newOwner.label')}</legend>
      <p className="text-sm wrap-anywhere text-muted">{hint}</p>
      <div className="flex flex-wrap items-center gap-2">
        <MemberPicker
          value={value}
          onChange={onChange}
          problemId={problem && problemId}
          labels={{
            person: t('sharing.newOwner.label'),
            choose: t('sharing.choose'),
            search: t('sharing.search'),
            nobody: t('sharing.nobody'),
          }}
        />
        <Button onClick={() => onChange({ key: me.key, name: nameOf(me), isMachine: false })}>
          {t('sharing.newOwner.me')}
        </Button>
      </div>
      {problem !== undefined && (
        <p id={problemId} className="text-sm text-muted">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
