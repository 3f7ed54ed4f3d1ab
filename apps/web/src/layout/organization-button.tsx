import { Building2, ChevronsUpDown } from 'lucide-react';
import { lazy, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import type { Organization } from '../auth/organization.ts';
import { useLazyPopup, LazyPopup, preload } from '../ui/lazy.tsx';
import { useActiveOrganization, useOrganizations } from './organizations.ts';

const loadMenu = () => import('./organization-menu.tsx');
const OrganizationMenu = lazy(loadMenu);

/** Shows the active organization, and opens the menu of all of them. */
export function OrganizationButton(): ReactNode {
  const { t } = useTranslation();
  const active = useActiveOrganization();
  const [asked, setAsked] = useState(false);
  const organizations = useOrganizations({ enabled: asked || active !== null });
  const button = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const menu = useLazyPopup();
  const prepare = (): void => {
    setAsked(true);
    preload(loadMenu);
  };
  const name = useKnownName(active, organizations.data);
  return (
    <div ref={place}>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={menu.open}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={() => menu.setOpen(true)}
        className="flex w-full items-center gap-2.5 rounded-control border border-line bg-surface px-2.5 py-2 text-left hover:bg-sunken"
      >
        <Building2 aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block text-xs text-muted">{t('layout.organization')}</span>
          <span className="block truncate font-medium" title={name}>
            {active === null ? (
              t('layout.defaultOrganization')
            ) : name === undefined && organizations.isPending ? (
              <span className="skeleton inline-block h-4 w-28 align-middle" />
            ) : (
              (name ?? t(organizations.isError ? 'layout.unknownOrganization' : 'layout.notYourOrganization'))
            )}
          </span>
        </span>
        <ChevronsUpDown aria-hidden="true" className="size-4 shrink-0 text-muted" />
        <span className="sr-only">{t('layout.switchOrganization')}</span>
      </button>
      {menu.mounted && (
        <LazyPopup open={menu.open} onClose={() => menu.setOpen(false)}>
          <OrganizationMenu
            open={menu.open}
            onOpenChange={menu.setOpen}
            anchor={button}
            container={place}
            organizations={organizations}
          />
        </LazyPopup>
      )}
    </div>
  );
}

/** The name of an organization; after the user was removed from it, its last known name. */
function useKnownName(
  active: string | null,
  organizations: readonly Organization[] = [],
): string | undefined {
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const listed = organizations.find(({ id }) => id === active)?.name;
  if (active === null) return undefined;
  if (listed !== undefined && known.get(active) !== listed) setKnown(new Map([...known, [active, listed]]));
  return listed ?? known.get(active);
}
