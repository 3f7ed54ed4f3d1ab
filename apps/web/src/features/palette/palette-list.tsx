import { Autocomplete } from '@base-ui/react/autocomplete';
import { CornerDownLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { Command } from './command.ts';
import type { Commands } from './use-commands.ts';

/** The commands, by group. */
export function PaletteList({ onChoose }: { readonly onChoose: (command: Command) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Autocomplete.List className="min-h-0 flex-1 scroll-py-1 overflow-y-auto overscroll-contain p-1.5 empty:p-0">
      {({ value, items }: Commands['groups'][number]) => (
        <Autocomplete.Group key={value} items={items} className="not-first:mt-1">
          <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">
            {t(`palette.groups.${value}`)}
          </Autocomplete.GroupLabel>
          <Autocomplete.Collection>
            {(command: Command) => (
              <Autocomplete.Item
                key={command.key}
                value={command}
                onClick={() => onChoose(command)}
                className="group flex min-h-10 cursor-default items-center gap-3 rounded-control px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken pointer-coarse:min-h-11"
              >
                <command.icon
                  aria-hidden="true"
                  className="size-4 shrink-0 text-muted group-data-highlighted:text-brass-ink"
                />
                <span className="min-w-0 flex-1 break-words">
                  {command.name}
                  {command.detail !== undefined && (
                    <span className="ml-2 text-sm text-muted">{command.detail}</span>
                  )}
                </span>
                <CornerDownLeft
                  aria-hidden="true"
                  className="invisible size-3.5 shrink-0 text-muted group-data-highlighted:visible"
                />
              </Autocomplete.Item>
            )}
          </Autocomplete.Collection>
        </Autocomplete.Group>
      )}
    </Autocomplete.List>
  );
}
