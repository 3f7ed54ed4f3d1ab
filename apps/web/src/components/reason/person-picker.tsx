import { keepPreviousData } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { noSearch, PersonCombobox } from '../person-combobox.tsx';

/** The maximum number of users and machines to offer; others are found by name. */
const offered = 20;

/** Selects one of the members. */
export function PersonPicker(props: {
  readonly value: { readonly key: string; readonly name: string | null; readonly isMachine?: boolean };
  readonly onChange: (key: string) => void;
}): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState(noSearch);
  const { data } = trpc.members.list.useQuery(
    { search: search.text === '' ? undefined : search.text, limit: offered },
    { enabled: search.isOpen, placeholderData: keepPreviousData },
  );
  return (
    <PersonCombobox
      value={{ key: value.key, name: value.name ?? value.key, isMachine: value.isMachine ?? false }}
      onChange={({ key }) => onChange(key)}
      search={search}
      onSearch={setSearch}
      found={data?.members.map(({ subject, name, email, kind }) => ({
        key: subject,
        name: name ?? email ?? subject,
        isMachine: kind === 'machine',
      }))}
      words={{
        person: t('reason.sentence.person'),
        choose: t('reason.sentence.person'),
        search: t('reason.sentence.searchPerson'),
        nobody: t('reason.sentence.nobody'),
      }}
    />
  );
}
