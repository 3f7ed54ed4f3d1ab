import { useRouteContext } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { lazy, useRef, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Avatar, nameOf } from '../shared/person.tsx';
import { useLazyPopup, LazyPopup } from '../ui/lazy.tsx';
import { menuButton } from '../ui/menu-button.ts';

const loadMenu = () => import('./person-menu.tsx');
const PersonMenu = lazy(loadMenu);

export function PersonButton(): ReactNode {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const button = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const menu = useLazyPopup();
  const name = person.name ?? person.email ?? t('layout.noName');
  return (
    <div ref={place}>
      <button
        ref={button}
        type="button"
        {...menuButton({ isOpen: menu.open, load: loadMenu, onOpen: () => menu.setOpen(true) })}
        className="inline-flex h-10 shrink-0 pointer-coarse:h-11 items-center gap-2 rounded-control px-2 hover:bg-sunken"
      >
        <Avatar name={nameOf(person)} size="medium" />
        <span className="sr-only">
          {t('layout.you')}: {name}
        </span>
        <span aria-hidden="true" className="hidden max-w-40 truncate font-medium lg:block">
          {name}
        </span>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
      </button>
      {menu.mounted && (
        <LazyPopup open={menu.open} onClose={() => menu.setOpen(false)}>
          <PersonMenu open={menu.open} onOpenChange={menu.setOpen} anchor={button} container={place} />
        </LazyPopup>
      )}
    </div>
  );
}
