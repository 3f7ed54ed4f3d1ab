import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search, X, CornerDownLeft, CloudAlert } from 'lucide-react';
import { useRef, useState, type ComponentProps, type ReactNode, useEffect, useEffectEvent } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { backdropClass } from '../../ui/popup-style.ts';
import type { Palette as PaletteComponent } from '../../layout/palette-button.tsx';
import type { Command } from './command.ts';
import { useCommands, type GateAnswer, type Commands } from './use-commands.ts';
import type { GatedProcedure } from '@latchkey/permissions/react';
import { useGate } from '../../api/permissions.ts';
import { textAction } from '../../ui/button.tsx';

/** The routes define the gates, and a component needs a fixed number of hooks. */
function AskGate(props: {
  readonly gate: GatedProcedure;
  readonly onAnswer: (answer: GateAnswer) => void;
}): null {
  const { state } = useGate(props.gate, undefined);
  const onAnswer = useEffectEvent(props.onAnswer);
  useEffect(() => onAnswer(state), [state]);
  return null;
}

export default function Palette({ open, onClose, button }: ComponentProps<PaletteComponent>): ReactNode {
  const { t } = useTranslation();
  const focus = useRef<Command['focus']>('back');
  const focusAfter = (): HTMLElement | null | false => {
    const next = focus.current;
    focus.current = 'back';
    if (next === 'own') return false;
    return next === 'page' ? document.querySelector<HTMLElement>('#main') : button.current;
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (next) return;
        // Closed without a selection, so an earlier selection must not move the focus.
        focus.current = 'back';
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
            onChoose={({ run, focus: next = 'page' }) => {
              focus.current = next;
              onClose();
              run();
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const maxLength = 100;

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
          maxLength={maxLength}
          className="h-12 min-w-0 flex-1 bg-transparent text-md outline-none placeholder:text-muted"
        />
        <Dialog.Close
          aria-label={t('close')}
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

function PaletteList({ onChoose }: { readonly onChoose: (command: Command) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Autocomplete.List
      aria-label={t('palette.title')}
      className="min-h-0 flex-1 scroll-py-1 overflow-y-auto overscroll-contain p-1.5 empty:p-0"
    >
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
                  {command.name}{' '}
                  {command.detail !== undefined && (
                    <span className="ml-1 text-sm text-muted">{command.detail}</span>
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

function PaletteStatus(props: { readonly typed: string; readonly commands: Commands }): ReactNode {
  const { typed, commands } = props;
  const { t } = useTranslation();
  const { count, isCut, isSearching, hasFailed, isUnchecked, retry } = commands;
  const isEmpty = count === 0 && !isSearching && !hasFailed;
  return (
    <>
      {isEmpty && (
        <div aria-hidden="true" className="px-4 py-8 text-center">
          <p className="font-medium break-words">{t('palette.nothing', { text: typed })}</p>
          <p className="mt-1 text-sm text-muted">{t('palette.nothingHow')}</p>
        </div>
      )}
      {(hasFailed || isUnchecked) && (
        <p className="flex items-start gap-2 border-t border-line px-4 py-2.5 text-sm text-unknown">
          <CloudAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span>
            {t(hasFailed ? 'palette.failed' : 'palette.unchecked')}{' '}
            {hasFailed && (
              <button type="button" onClick={retry} className={`${textAction} text-ink`}>
                {t('error.retry')}
              </button>
            )}
          </span>
        </p>
      )}
      <div className="flex min-h-9 items-center justify-between gap-4 border-t border-line px-4 text-xs text-muted">
        <Autocomplete.Status>
          {isSearching
            ? t('palette.searching')
            : isEmpty
              ? t('palette.nothing', { text: typed })
              : t(isCut ? 'palette.first' : 'palette.found', { count })}
        </Autocomplete.Status>
        <ul aria-hidden="true" className="hidden gap-3 pointer-fine:flex">
          <li>↑↓ {t('palette.keys.move')}</li>
          <li>↵ {t('palette.keys.open')}</li>
          <li>Esc {t('palette.keys.close')}</li>
        </ul>
      </div>
    </>
  );
}
