import { Combobox } from '@base-ui/react/combobox';
import { keepPreviousData } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { menuItem, menuPopup } from '../menu-style.ts';

/** Reports that are offered, the newest first; more are found by their title. */
const offered = 20;

/** Characters that the server searches for. */
const longestSearch = 120;

interface Choice {
  /** `undefined`: reports in general. */
  readonly id: string | undefined;
  readonly title: string;
}

/** Picks one of the reports that the reader may see, or reports in general; searched on the server. */
export function ReportPicker(props: {
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const text = search.trim().slice(0, longestSearch);
  const { data } = trpc.reports.list.useQuery(
    { limit: offered, ...(text !== '' && { search: text }) },
    { placeholderData: keepPreviousData },
  );
  const inGeneral: Choice = { id: undefined, title: t('reason.sentence.onAll') };
  const found: Choice[] = data?.items.map(({ id, title }) => ({ id, title })) ?? [];
  const known = [inGeneral, ...found, ...(chosen === null ? [] : [chosen])];
  const current = known.find(({ id }) => id === value) ?? { id: value, title: t('reason.sentence.unlisted') };
  return (
    <Combobox.Root
      items={text === '' ? [inGeneral, ...found] : found}
      filter={null}
      value={current}
      isItemEqualToValue={(one, other) => one.id === other.id}
      itemToStringLabel={({ title }) => title}
      itemToStringValue={({ id }) => id ?? ''}
      onOpenChange={(open) => !open && setSearch('')}
      onInputValueChange={setSearch}
      onValueChange={(choice) => {
        if (choice === null) return;
        setChosen(choice);
        onChange(choice.id);
      }}
    >
      <Combobox.Trigger
        aria-label={`${t('reason.sentence.report')}: ${current.title}`}
        className="inline-flex h-9 max-w-full min-w-0 items-center gap-2 rounded-control border border-line-strong bg-paper pr-2.5 pl-3 font-medium pointer-coarse:h-11"
      >
        <span className="truncate">{current.title}</span>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={6} className="z-20">
          <Combobox.Popup
            aria-label={t('reason.sentence.report')}
            className={`w-80 max-w-[calc(100vw-2rem)] ${menuPopup}`}
          >
            <Combobox.Input
              placeholder={t('reason.sentence.searchReport')}
              aria-label={t('reason.sentence.searchReport')}
              className="mb-1 h-9 w-full rounded-control border border-line-strong bg-paper px-2.5 pointer-coarse:h-11"
            />
            {text !== '' && data !== undefined && found.length === 0 && (
              <p className="px-2.5 py-2 text-sm text-muted">{t('reason.sentence.noReport')}</p>
            )}
            <Combobox.List className="max-h-72 overflow-y-auto">
              {(choice: Choice) => (
                <Combobox.Item key={choice.id ?? ''} value={choice} className={menuItem}>
                  <span className="truncate">{choice.title}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
