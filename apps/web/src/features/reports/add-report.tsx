import { keepPreviousData } from '@tanstack/react-query';
import { FilePlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { SearchCombobox } from '../../ui/search-combobox.tsx';

/** Adds one of the reports that the user can share to a collection. */
export function AddReport(props: {
  readonly id: string;
  readonly onAdd: (report: { readonly id: string; readonly title: string }) => void;
}): ReactNode {
  const { id, onAdd } = props;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const { data } = trpc.collections.addable.useQuery(
    { id, search },
    { enabled: isOpen, placeholderData: keepPreviousData },
  );
  return (
    <SearchCombobox
      value={null}
      onChange={({ key, name }) => onAdd({ id: key, title: name })}
      found={data?.map((report) => ({ key: report.id, name: report.title })) ?? []}
      onOpenChange={setOpen}
      onSearch={setSearch}
      labels={{
        trigger: t('collections.add.open'),
        list: t('collections.add.label'),
        search: t('reports.searchHint'),
      }}
      trigger={
        <>
          <FilePlus aria-hidden="true" className="size-4 text-muted" />
          {t('collections.add.open')}
        </>
      }
      triggerClass="pl-3"
      popupClass="w-80"
      nothing={data?.length === 0 ? t('collections.add.none') : null}
    >
      {({ name }) => <span className="truncate">{name}</span>}
    </SearchCombobox>
  );
}
