import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Avatar } from './person.tsx';
import { SearchCombobox } from './search-combobox.tsx';

export interface PersonChoice {
  readonly key: string;
  /** The name, else the e-mail address, else the key. */
  readonly name: string;
  readonly isMachine: boolean;
}

/** What somebody looks for. */
export interface PersonSearch {
  readonly text: string;
  /** Nothing need be asked while it is closed. */
  readonly isOpen: boolean;
}

export const noSearch: PersonSearch = { text: '', isOpen: false };

/** Picks somebody by name, e-mail address or key. Whoever shows it searches. */
export function PersonCombobox<Choice extends PersonChoice>(props: {
  readonly value: Choice | null;
  readonly onChange: (choice: Choice) => void;
  readonly search: PersonSearch;
  readonly onSearch: (search: PersonSearch) => void;
  /** `undefined` while it is not known. */
  readonly found: readonly Choice[] | undefined;
  readonly words: {
    readonly person: string;
    /** While nobody is chosen. */
    readonly choose: string;
    readonly search: string;
    readonly nobody: string;
  };
}): ReactNode {
  const { value, onChange, search, onSearch, found, words } = props;
  const { t } = useTranslation();
  return (
    <SearchCombobox
      value={value}
      onChange={onChange}
      found={found ?? []}
      open={search.isOpen}
      onOpenChange={(isOpen) => onSearch({ ...search, isOpen })}
      onSearch={(typed) => onSearch({ ...search, text: typed.trim().slice(0, 100) })}
      words={{
        trigger: value === null ? words.choose : `${words.person}: ${value.name}`,
        list: words.person,
        search: words.search,
      }}
      trigger={
        <>
          {value !== null && <Avatar name={value.name} isMachine={value.isMachine} />}
          <span className={`truncate ${value === null ? 'pl-1 font-normal text-muted' : ''}`}>
            {value?.name ?? words.choose}
          </span>
          {value?.isMachine === true && (
            <span className="text-sm font-normal text-muted">{t('person.machine')}</span>
          )}
        </>
      }
      triggerClass="pl-2"
      popupClass="w-72"
      nothing={found !== undefined && found.length === 0 ? words.nobody : null}
    >
      {(choice) => (
        <>
          <Avatar name={choice.name} isMachine={choice.isMachine} />
          <span className="truncate">{choice.name}</span>
          {choice.isMachine && <span className="ml-auto text-xs text-muted">{t('person.machine')}</span>}
        </>
      )}
    </SearchCombobox>
  );
}
