import type { GatedProcedure } from '@latchkey/permissions/react';
import {
  FileText,
  FolderSync,
  House,
  Inbox,
  KeyRound,
  ListChecks,
  ClipboardCheck,
  ScrollText,
  Table2,
  Users,
  type LucideIcon,
} from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { Language } from '../i18n/language.ts';

/** Icons by their name in a route's `sidebar`. Routes are loaded with every page, icons only with the sidebar. */
export const sidebarIcons = {
  access: KeyRound,
  audit: ScrollText,
  home: House,
  members: Users,
  policy: Table2,
  reports: FileText,
  requests: Inbox,
  reviews: ClipboardCheck,
  setup: ListChecks,
  sync: FolderSync,
} as const satisfies Readonly<Record<string, LucideIcon>>;

/** Not part of the messages: the sidebar names pages whose messages are not loaded yet. */
export type PageName = Readonly<Record<Language, string>>;

export interface SidebarEntry {
  readonly icon: keyof typeof sidebarIcons;
  /** Counts open items of the page, and hides the entry from users who never have any. */
  readonly Counted?: ComponentType<CountedProps>;
  /** For pages about the whole installation, which even administrators cannot use in another organization. */
  readonly defaultOrganizationOnly?: boolean;
}

export interface CountedProps {
  readonly allowed: boolean;
  readonly children: (count: number) => ReactNode;
}

export interface PageNameProps {
  readonly params: Readonly<Record<string, string | undefined>>;
}

export type PageData = (
  | { readonly name: PageName; readonly sidebar?: SidebarEntry }
  /** For a page about one item, such as a report: a component that shows the item's name. */
  | { readonly Name: ComponentType<PageNameProps> }
) & {
  /**
   * Limits the page to users who can call this procedure. Others see no sidebar entry, and a denial in place of the
   * page, which is neither rendered nor prefetched. Without a gate, the page is for all users or shows the denials of
   * its own queries.
   */
  readonly gate?: GatedProcedure;
};

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Required, so that every page has a breadcrumb. `null` for a route that is not a page inside the layout. */
    readonly page: PageData | null;
  }
}
