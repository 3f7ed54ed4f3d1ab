import { keepPreviousData } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { nameOf } from '../person.tsx';
import { noSearch, PersonCombobox, type PersonChoice } from '../person-combobox.tsx';
import type { Shareable } from './use-change-share.ts';

/** Selects a member to share with, for users who can share but not view the members. */
export function CandidatePicker(props: {
  readonly on: Pick<Shareable, 'resource' | 'id'>;
  readonly value: PersonChoice | null;
  readonly onChange: (choice: PersonChoice) => void;
}): ReactNode {
  const { on, ...choice } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState(noSearch);
  const { data } = trpc[on.resource].shareCandidates.useQuery(
    { id: on.id, search: search.text },
    { enabled: search.isOpen, placeholderData: keepPreviousData },
  );
  return (
    <PersonCombobox
      {...choice}
      search={search}
      onSearch={setSearch}
      found={data?.map((found) => ({ ...found, name: nameOf(found) }))}
      labels={{
        person: t('sharing.person'),
        choose: t('sharing.choose'),
        search: t('sharing.search'),
        nobody: t('sharing.nobody'),
      }}
    />
  );
}
