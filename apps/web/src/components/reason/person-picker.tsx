import { Combobox } from '@base-ui/react/combobox';
import { keepPreviousData } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { menuItem, menuPopup } from '../menu-style.ts';
import { Avatar } from '../person.tsx';

/** People and machines that are offered; more are found by their name. */
const offered = 20;

interface Choice {
  readonly key: string;
  readonly name: string;
  readonly isMachine: boolean;
}

/** Picks one of the members by name, e-mail address or key; searched on the server. */
export function PersonPicker(props: {
  readonly value: { readonly key: string; readonly name: string | null; readonly isMachine?: boolean };
  readonly onChange: (key: string) => void;
}): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const { data } = trpc.members.list.useQuery(
    { search: search.trim() === '' ? undefined : search.slice(0, 100), limit: offered },
    { enabled: open, placeholderData: keepPreviousData },
  );
  const found = data?.members.map(({ subject, name, email, kind }): Choice => ({
    key: subject,
    name: name ?? email ?? subject,
    isMachine: kind === 'machine',
  }));
  const current: Choice = {
    key: value.key,
    name: value.name ?? value.key,
    isMachine: value.isMachine ?? false,
  };
  return (
    <Combobox.Root
      items={found ?? []}
      filter={null}
      value={current}
      isItemEqualToValue={(one, other) => one.key === other.key}
      itemToStringLabel={({ name }) => name}
      itemToStringValue={({ key }) => key}
      open={open}
      onOpenChange={setOpen}
      onInputValueChange={setSearch}
      onValueChange={(chosen) => chosen !== null && onChange(chosen.key)}
    >
      <Combobox.Trigger
        aria-label={`${t('reason.sentence.person')}: ${current.name}`}
        className="inline-flex h-9 max-w-full min-w-0 items-center gap-2 rounded-control border border-line-strong bg-paper pr-2.5 pl-2 font-medium pointer-coarse:h-11"
      >
        <Avatar name={current.name} isMachine={current.isMachine} />
        <span className="truncate">{current.name}</span>
        {current.isMachine && <span className="text-sm font-normal text-muted">{t('person.machine')}</span>}
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={6} className="z-20">
          <Combobox.Popup
            aria-label={t('reason.sentence.person')}
            className={`w-72 max-w-[calc(100vw-2rem)] ${menuPopup}`}
          >
            <Combobox.Input
              placeholder={t('reason.sentence.searchPerson')}
              aria-label={t('reason.sentence.searchPerson')}
              className="mb-1 h-9 w-full rounded-control border border-line-strong bg-paper px-2.5 pointer-coarse:h-11"
            />
            {found !== undefined && found.length === 0 && (
              <p className="px-2.5 py-2 text-sm text-muted">{t('reason.sentence.nobody')}</p>
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
