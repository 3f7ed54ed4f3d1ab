import { keepPreviousData } from '@tanstack/react-query';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { trpc } from '../api/trpc.ts';
import { offered } from '../ui/search-combobox.tsx';
import { noSearch, PersonCombobox, type PersonChoice } from './person-combobox.tsx';
import { nameOf } from './person.tsx';

/** Selects one of the members, found by any part of the name. For users who can view them. */
export function MemberPicker(props: {
  readonly value: PersonChoice | null;
  readonly onChange: (key: string) => void;
  readonly labels: ComponentProps<typeof PersonCombobox>['labels'];
}): ReactNode {
  const { value, onChange, labels } = props;
  const [search, setSearch] = useState(noSearch);
  const { data } = trpc.members.list.useQuery(
    { search: search.text === '' ? undefined : search.text, limit: offered },
    { enabled: search.isOpen, placeholderData: keepPreviousData },
  );
  return (
    <PersonCombobox
      value={value}
      onChange={({ key }) => onChange(key)}
      search={search}
      onSearch={setSearch}
      found={data?.members.map((member) => ({
        key: member.subject,
        name: nameOf(member),
        isMachine: member.kind === 'machine',
      }))}
      labels={labels}
    />
  );
}
