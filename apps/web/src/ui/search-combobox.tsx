import { Combobox } from '@base-ui/react/combobox';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { filterChip } from './chips.tsx';
import { menuItem, menuPopup } from './popup-style.ts';

/** The number of options that a search offers. Others are found by typing. */
export const offered = 20;

/** The maximum length of a search. The server accepts at least as much. */
const maxSearchLength = 100;

export interface TriggerOptions {
  /** Whether it looks like a filter chip instead of a form field. */
  readonly isChip?: boolean;
  /** The id of the message about an invalid choice. */
  readonly problemId?: string | undefined;
}

type Props<Choice> = TriggerOptions & {
  readonly value: Choice | null;
  readonly onChange: (choice: Choice) => void;
  readonly found: readonly Choice[];
  readonly open?: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Called with the trimmed text. */
  readonly onSearch: (search: string) => void;
  readonly labels: {
    readonly trigger: string;
    readonly list: string;
    readonly search: string;
  };
  readonly trigger: ReactNode;
  readonly triggerClass: string;
  readonly popupClass: string;
  readonly nothing: string | null;
  readonly children: (choice: Choice) => ReactNode;
};

export function SearchCombobox<Choice extends { readonly key: string; readonly name: string }>(
  props: Props<Choice>,
): ReactNode {
  const { t } = useTranslation();
  const { value, onChange, found, open, onOpenChange, onSearch, labels, trigger, nothing, children } = props;
  const { isChip = false, problemId } = props;
  return (
    <Combobox.Root
      items={found}
      filter={null}
      value={value}
      isItemEqualToValue={(one, other) => one.key === other.key}
      itemToStringLabel={({ name }) => name}
      itemToStringValue={({ key }) => key}
      {...(open !== undefined && { open })}
      onOpenChange={(next) => onOpenChange(next)}
      onInputValueChange={(typed) => onSearch(typed.trim().slice(0, maxSearchLength))}
      onValueChange={(chosen) => chosen !== null && onChange(chosen)}
    >
      <Combobox.Trigger
        aria-label={labels.trigger}
        aria-invalid={problemId !== undefined}
        aria-describedby={problemId}
        className={
          isChip
            ? `${filterChip} shrink-0 bg-surface pr-2.5!`
            : `inline-flex h-9 max-w-full min-w-0 items-center gap-2 rounded-control border border-line-strong bg-paper pr-2.5 font-medium aria-invalid:border-denied pointer-coarse:h-11 ${props.triggerClass}`
        }
      >
        {trigger}
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={6} className="z-20">
          <Combobox.Popup
            aria-label={labels.list}
            className={`max-w-[calc(100vw-2rem)] ${props.popupClass} ${menuPopup}`}
          >
            <Combobox.Input
              placeholder={labels.search}
              aria-label={labels.search}
              className="mb-1 h-9 w-full rounded-control border border-line-strong bg-paper px-2.5 pointer-coarse:h-11"
            />
            <Combobox.Status>
              {nothing !== null && <p className="px-2.5 py-2 text-sm text-muted">{nothing}</p>}
            </Combobox.Status>
            <Combobox.List className="max-h-72 overflow-y-auto">
              {(choice: Choice) => (
                <Combobox.Item key={choice.key} value={choice} className={menuItem}>
                  {children(choice)}
                </Combobox.Item>
              )}
            </Combobox.List>
            {found.length >= offered && (
              <p className="px-2.5 pt-1.5 pb-1 text-sm text-muted">{t('search.more')}</p>
            )}
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
