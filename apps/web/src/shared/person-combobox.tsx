import { type ReactNode, useState, type ComponentProps } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Avatar, nameOf } from './person.tsx';
import { SearchCombobox, offered, type TriggerOptions } from '../ui/search-combobox.tsx';
import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../api/trpc.ts';

export interface PersonChoice {
  readonly key: string;
  /** The name, or else the email address, or else the key. */
  readonly name: string;
  /** Shown below the name in the list, where several people may have the same name. */
  readonly email?: string | null;
  readonly isMachine: boolean;
}

export interface PersonSearch {
  readonly text: string;
  /** Whether the list is open. While it is closed, no search is needed. */
  readonly isOpen: boolean;
}

export const noSearch: PersonSearch = { text: '', isOpen: false };

type Props<Choice> = TriggerOptions & {
  readonly value: Choice | null;
  readonly onChange: (choice: Choice) => void;
  readonly search: PersonSearch;
  readonly onSearch: (search: PersonSearch) => void;
  /** `undefined` while loading. */
  readonly found: readonly Choice[] | undefined;
  readonly labels: {
    readonly person: string;
    readonly choose: string;
    readonly search: string;
    readonly nobody: string;
  };
};

export function PersonCombobox<Choice extends PersonChoice>(props: Props<Choice>): ReactNode {
  const { value, onChange, search, onSearch, found, labels, ...trigger } = props;
  const { t } = useTranslation();
  return (
    <SearchCombobox
      {...trigger}
      value={value}
      onChange={onChange}
      found={found ?? []}
      open={search.isOpen}
      onOpenChange={(isOpen) => onSearch({ ...search, isOpen })}
      onSearch={(text) => onSearch({ ...search, text })}
      labels={{
        trigger: value === null ? labels.choose : `${labels.person}: ${value.name}`,
        list: labels.person,
        search: labels.search,
      }}
      trigger={
        <>
          {value !== null && <Avatar name={value.name} isMachine={value.isMachine} />}
          <span
            className={`truncate ${value !== null || trigger.isChip === true ? '' : 'pl-1 font-normal text-muted'}`}
          >
            {value?.name ?? labels.choose}
          </span>
          {value?.isMachine === true && (
            <span className="text-sm font-normal text-muted">{t('person.machine')}</span>
          )}
        </>
      }
      triggerClass="pl-2"
      popupClass="w-72"
      nothing={found !== undefined && found.length === 0 ? labels.nobody : null}
    >
      {(choice) => (
        <>
          <Avatar name={choice.name} isMachine={choice.isMachine} />
          <span className="min-w-0">
            <span className="block truncate">{choice.name}</span>
            {choice.email != null && choice.email !== choice.name && (
              <span className="block truncate text-sm text-muted">{choice.email}</span>
            )}
          </span>
          {choice.isMachine && <span className="ml-auto text-xs text-muted">{t('person.machine')}</span>}
        </>
      )}
    </SearchCombobox>
  );
}

/** Selects one of the members, found by any part of the name. Only for users who can view the members. */
export function MemberPicker(
  props: TriggerOptions & {
    readonly value: PersonChoice | null;
    readonly onChange: (choice: PersonChoice) => void;
    readonly labels: ComponentProps<typeof PersonCombobox>['labels'];
  },
): ReactNode {
  const [search, setSearch] = useState(noSearch);
  const { data } = trpc.members.list.useQuery(
    { search: search.text === '' ? undefined : search.text, limit: offered },
    { enabled: search.isOpen, placeholderData: keepPreviousData },
  );
  return (
    <PersonCombobox
      {...props}
      search={search}
      onSearch={setSearch}
      found={data?.members.map((member) => ({
        key: member.subject,
        name: nameOf(member),
        email: member.email,
        isMachine: member.kind === 'machine',
      }))}
    />
  );
}
