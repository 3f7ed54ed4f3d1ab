import { lazy, useRef, useState, type Dispatch, type ReactNode, type SetStateAction } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { Button } from '../../ui/button.tsx';
import { focusSelectedRow } from '../../ui/focus-main.ts';
import { LazyPopup, preloading, useLazyPopup } from '../../ui/lazy.tsx';
import { listInput, type MembersFilter } from './filters.ts';
import type { Member } from './member.ts';
import { RemoveAccess } from './remove-access.tsx';

const loadSheet = () => import('./role-sheet.tsx');
const RoleSheet = lazy(loadSheet);

/** The maximum number of members to select with one click, and to remove access from at once. */
const most = { removed: 200, selected: 1_000 };

type ChangeSelected = Dispatch<SetStateAction<ReadonlySet<string>>>;

/** The selected members stay selected when the filter changes. */
export function Selection(props: {
  readonly selected: ReadonlySet<string>;
  readonly filter: MembersFilter;
  readonly first: readonly Member[];
  readonly found: number | undefined;
  readonly onSelect: ChangeSelected;
}): ReactNode {
  const { selected, filter, first, found = 0, onSelect } = props;
  const { t } = useTranslation();
  const bar = useRef<HTMLFieldSetElement>(null);
  const clear = (): void => {
    focusSelectedRow();
    onSelect(new Set());
  };
  const selectAll = useSelectAll(filter, (all) => {
    // Its button disappears.
    bar.current?.focus({ preventScroll: true });
    onSelect(all);
  });
  // Members who matched another filter may be selected, too.
  const hasMore =
    (found > first.length && found !== selected.size) || first.some(({ subject }) => !selected.has(subject));
  return (
    <fieldset
      ref={bar}
      tabIndex={-1}
      aria-label={t('members.selection')}
      className="selection-bar sticky bottom-4 z-2 mt-3 flex min-w-0 flex-wrap items-center [@media(height<=30rem)]:flex-nowrap [@media(height<=30rem)]:overflow-x-auto [@media(height<=30rem)]:whitespace-nowrap gap-2 rounded-card border border-line-strong bg-surface px-4 py-2 shadow-float print:hidden"
    >
      <output className="mr-auto font-medium tabular-nums">
        {t('members.selected', { count: selected.size })}
      </output>
      {hasMore && found > 0 && found <= most.selected && (
        <Button variant="quiet" disabled={selectAll.isRunning} onClick={() => void selectAll.run()}>
          {t('members.selectAll', { count: found })}
        </Button>
      )}
      <ChangeRoles subjects={[...selected]} onChanged={clear} />
      {selected.size > most.removed ? (
        <span className="text-sm text-muted">{t('members.tooManySelected', { count: most.removed })}</span>
      ) : (
        <RemoveAccess subjects={[...selected]} label={t('members.removal.open')} onRemoved={clear} />
      )}
      <Button variant="quiet" onClick={clear}>
        {t('members.clearSelection')}
      </Button>
    </fieldset>
  );
}

function ChangeRoles(props: {
  readonly subjects: readonly string[];
  readonly onChanged: () => void;
}): ReactNode {
  const { subjects, onChanged } = props;
  const { t } = useTranslation();
  const { popup, open, setOpen } = useLazyPopup();
  const gate = useGate(trpc.members.bulkPreview, undefined);
  if (gate.state !== 'allowed' && !open) return null;
  return (
    <>
      <Button {...preloading(loadSheet)} onClick={() => setOpen(true)}>
        {t('members.bulk.open')}
      </Button>
      <LazyPopup popup={popup}>
        {(shown) => <RoleSheet subjects={subjects} {...shown} onChanged={onChanged} />}
      </LazyPopup>
    </>
  );
}

function useSelectAll(filter: MembersFilter, onSelect: ChangeSelected) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const notifyFailure = useFailureNotice();
  const [isRunning, setRunning] = useState(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    const limit = 100;
    const all: string[] = [];
    try {
      /* oxlint-disable no-await-in-loop -- one page after another */
      for (let offset = 0; offset < most.selected; offset += limit) {
        const { members } = await utils.client.members.list.query({ ...listInput(filter), offset, limit });
        all.push(...members.map(({ subject }) => subject));
        if (members.length < limit) break;
      }
      /* oxlint-enable no-await-in-loop */
      onSelect((selected) => new Set([...selected, ...all]));
    } catch (error) {
      notifyFailure(t('members.selectAllFailed'), error);
    }
    setRunning(false);
  };
  return { isRunning, run };
}
