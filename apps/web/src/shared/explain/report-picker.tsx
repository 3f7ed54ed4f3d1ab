import { keepPreviousData } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { offered, SearchCombobox } from '../../ui/search-combobox.tsx';

/** The key of the option for reports in general. */
const all = '';

interface Choice {
  readonly key: string;
  readonly name: string;
}

/** Selects a report that the user may view, or reports in general. The server searches. */
export function ReportPicker(props: {
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const { data } = trpc.reports.list.useQuery(
    { limit: offered, ...(search !== '' && { search }) },
    { placeholderData: keepPreviousData },
  );
  const inGeneral: Choice = { key: all, name: t('reason.sentence.onAll') };
  const found: Choice[] = data?.items.map(({ id, title }) => ({ key: id, name: title })) ?? [];
  const known = [inGeneral, ...found, ...(chosen === null ? [] : [chosen])];
  const key = value ?? all;
  const current = known.find((one) => one.key === key) ?? { key, name: t('reason.sentence.unlisted') };
  return (
    <SearchCombobox
      value={current}
      onChange={(choice) => {
        setChosen(choice);
        onChange(choice.key === all ? undefined : choice.key);
      }}
      found={search === '' ? [inGeneral, ...found] : found}
      onOpenChange={(open) => !open && setSearch('')}
      onSearch={setSearch}
      labels={{
        trigger: `${t('reason.sentence.report')}: ${current.name}`,
        list: t('reason.sentence.report'),
        search: t('reason.sentence.searchReport'),
      }}
      trigger={<span className="truncate">{current.name}</span>}
      triggerClass="pl-3"
      popupClass="w-80"
      nothing={
        search !== '' && data !== undefined && found.length === 0 ? t('reason.sentence.noReport') : null
      }
    >
      {({ name }) => <span className="truncate">{name}</span>}
    </SearchCombobox>
  );
}
