import { useRouteContext } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { Avatar, nameOf } from '../shared/person.tsx';
import { LazyPopup } from '../ui/lazy.tsx';
import { useMenu } from '../ui/menu-button.ts';

const loadMenu = () => import('./person-menu.tsx');
const PersonMenu = lazy(loadMenu);

export function PersonButton(): ReactNode {
  const { t } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const { button, menu, container } = useMenu(loadMenu);
  const name = person.name ?? person.email ?? t('layout.noName');
  return (
    <div ref={container}>
      <button
        type="button"
        {...button}
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
      <LazyPopup popup={menu}>{(shown) => <PersonMenu {...shown} />}</LazyPopup>
    </div>
  );
}
