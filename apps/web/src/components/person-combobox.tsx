import { Combobox } from '@base-ui/react/combobox';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { menuItem, menuPopup } from './menu-style.ts';
import { Avatar } from './person.tsx';

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
    <Combobox.Root
      items={found ?? []}
      filter={null}
      value={value}
      isItemEqualToValue={(one, other) => one.key === other.key}
      itemToStringLabel={({ name }) => name}
      itemToStringValue={({ key }) => key}
      open={search.isOpen}
      onOpenChange={(isOpen) => onSearch({ ...search, isOpen })}
      onInputValueChange={(typed) => onSearch({ ...search, text: typed.trim().slice(0, 100) })}
      onValueChange={(chosen) => chosen !== null && onChange(chosen)}
    >
      <Combobox.Trigger
        aria-label={value === null ? words.choose : `${words.person}: ${value.name}`}
        className="inline-flex h-9 max-w-full min-w-0 items-center gap-2 rounded-control border border-line-strong bg-paper pr-2.5 pl-2 font-medium pointer-coarse:h-11"
      >
        {value !== null && <Avatar name={value.name} isMachine={value.isMachine} />}
        <span className={`truncate ${value === null ? 'pl-1 font-normal text-muted' : ''}`}>
          {value?.name ?? words.choose}
        </span>
        {value?.isMachine === true && (
          <span className="text-sm font-normal text-muted">{t('person.machine')}</span>
        )}
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={6} className="z-20">
          <Combobox.Popup aria-label={words.person} className={`w-72 max-w-[calc(100vw-2rem)] ${menuPopup}`}>
            <Combobox.Input
              placeholder={words.search}
              aria-label={words.search}
              className="mb-1 h-9 w-full rounded-control border border-line-strong bg-paper px-2.5 pointer-coarse:h-11"
            />
            {found !== undefined && found.length === 0 && (
              <p className="px-2.5 py-2 text-sm text-muted">{words.nobody}</p>
            )}
            <Combobox.List className="max-h-72 overflow-y-auto">
              {(choice: Choice) => (
                <Combobox.Item key={choice.key} value={choice} className={menuItem}>
                  <Avatar name={choice.name} isMachine={choice.isMachine} />
                  <span className="truncate">{choice.name}</span>
                  {choice.isMachine && (
                    <span className="ml-auto text-xs text-muted">{t('person.machine')}</span>
                  )}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
