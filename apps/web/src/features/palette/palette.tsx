import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search, X } from 'lucide-react';
import { useRef, useState, type ComponentProps, type ReactNode, useEffect, useEffectEvent } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { backdropClass } from '../../components/popup-style.ts';
import type { Palette as PaletteComponent } from '../../layout/palette-button.tsx';
import type { Command } from './command.ts';
import { PaletteList } from './palette-list.tsx';
import { PaletteStatus } from './palette-status.tsx';
import { useCommands, type GateAnswer } from './use-commands.ts';
import type { GatedProcedure } from '@latchkey/permissions/react';
import { useGate } from '../../permissions.ts';

/** Asks one gate. The gates come from the routes, so the number of hooks is not fixed. */
function AskGate(props: {
  readonly gate: GatedProcedure;
  readonly onAnswer: (answer: GateAnswer) => void;
}): null {
  const { state } = useGate(props.gate);
  const onAnswer = useEffectEvent(props.onAnswer);
  useEffect(() => onAnswer(state), [state]);
  return null;
}

/** Searches pages, items and actions, from every page. Loaded when first opened, hence the default export. */
export default function Palette({ open, onClose, button }: ComponentProps<PaletteComponent>): ReactNode {
  const { t } = useTranslation();
  const leaves = useRef(false);
  const focusAfter = (): HTMLElement | null => {
    const isLeaving = leaves.current;
    leaves.current = false;
    return isLeaving ? document.querySelector<HTMLElement>('#main') : button.current;
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        // Nothing was selected, even if it was reopened before a selection moved the focus.
        leaves.current = false;
        onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          aria-label={t('palette.title')}
          finalFocus={focusAfter}
          className="fixed inset-x-0 top-0 z-20 mx-auto flex h-dvh w-full flex-col overflow-hidden bg-surface shadow-float transition-opacity duration-140 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:top-[10dvh] sm:h-auto sm:max-h-[min(36rem,80dvh)] sm:max-w-xl sm:rounded-card sm:border sm:border-line"
        >
          <Content
            onChoose={({ run, staysHere = false }) => {
              leaves.current = !staysHere;
              onClose();
              run();
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The maximum length of a search. */
const longest = 100;

/** Mounted each time the palette opens. */
function Content({ onChoose }: { readonly onChoose: (command: Command) => void }): ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const commands = useCommands(typed);
  const choose = (command: Command): void => {
    commands.remember(command);
    onChoose(command);
  };
  return (
    <Autocomplete.Root
      open
      inline
      items={commands.groups}
      filter={null}
      value={typed}
      onValueChange={(text, { reason }) => reason !== 'item-press' && setTyped(text)}
      autoHighlight="always"
      keepHighlight
    >
      {commands.all.map(
        ({ command: { key }, gate }) =>
          gate && <AskGate key={key} gate={gate} onAnswer={(answer) => commands.answer(key, answer)} />,
      )}
      <div className="flex items-center gap-2 border-b border-line pr-2 pl-4">
        <Search aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <Autocomplete.Input
          aria-label={t('palette.search')}
          placeholder={t('palette.hint')}
          maxLength={longest}
          className="h-12 min-w-0 flex-1 bg-transparent text-md outline-none placeholder:text-muted"
        />
        <Dialog.Close
          aria-label={t('palette.close')}
          className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          <X aria-hidden="true" className="size-4" />
        </Dialog.Close>
      </div>
      <PaletteList onChoose={choose} />
      <PaletteStatus typed={typed.trim()} commands={commands} />
    </Autocomplete.Root>
  );
}
