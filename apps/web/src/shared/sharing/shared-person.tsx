import { LockKeyhole, Pencil } from 'lucide-react';
import { lazy, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { LazyPopup, preload } from '../../ui/lazy.tsx';
import { WhyButton } from '../explain/why-button.tsx';
import { Person, nameOf } from '../person.tsx';
import { sourceText } from '../role-source.ts';
import type { Shareable, SharedWith } from './use-change-share.ts';

const loadMenu = () => import('./share-menu.tsx');
const ShareMenu = lazy(loadMenu);

/** A user with roles on the shared instance: each with its source, and a button to change them. */
export function SharedPerson(props: { readonly on: Shareable; readonly person: SharedWith }): ReactNode {
  const { on, person } = props;
  const { t, i18n } = useTranslation();
  const container = useRef<HTMLLIElement>(null);
  /** The button, once clicked. */
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  const label = t('sharing.change', { name: nameOf(person) });
  return (
    <li
      ref={container}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2.5"
    >
      <Person person={person} detailed />
      <ul className="col-span-2 row-start-2 pl-10">
        {person.roles.map((held) => (
          <li key={JSON.stringify(held)} className="text-sm wrap-anywhere">
            <span className="font-medium">{t(`reportRole.${held.role}`)}</span>
            <span className="text-muted"> · {sourceText(held.source, 'instance', i18n)}</span>
          </li>
        ))}
        {person.lacks !== null && (
          <li className="inline-flex items-center gap-1.5 text-sm text-muted">
            <LockKeyhole aria-hidden="true" className="size-3.5 shrink-0" />
            {t(`sharing.lacks.${person.lacks}`)}
          </li>
        )}
      </ul>
      <span className="flex items-center">
        {on.resource === 'reports' && (
          <WhyButton
            check={{ person: person.key, permission: 'reports:view', on: on.id }}
            label={t('sharing.whyOf', { name: nameOf(person) })}
            className="inline-flex h-9 items-center rounded-control px-2 text-sm text-muted underline underline-offset-4 hover:text-ink pointer-coarse:h-11"
          />
        )}
        <button
          type="button"
          aria-haspopup="menu"
          aria-expanded={isOpen}
          aria-label={label}
          title={label}
          onPointerEnter={() => preload(loadMenu)}
          onFocus={() => preload(loadMenu)}
          onClick={({ currentTarget }) => {
            setAnchor(currentTarget);
            setOpen(true);
          }}
          className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          <Pencil aria-hidden="true" className="size-4" />
        </button>
      </span>
      {anchor !== null && (
        <LazyPopup open={isOpen} onClose={() => setOpen(false)}>
          <ShareMenu
            on={on}
            person={person}
            open={isOpen}
            onOpenChange={setOpen}
            anchor={anchor}
            container={container}
          />
        </LazyPopup>
      )}
    </li>
  );
}
