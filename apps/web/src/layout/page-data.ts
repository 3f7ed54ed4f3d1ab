import type { GatedProcedure } from '@latchkey/permissions/react';
import type { ComponentType, ReactNode } from 'react';
import type { Language } from '../i18n/language.ts';
import type { sidebarIcons } from './sidebar-icons.ts';

/** Not among the messages: the sidebar names pages whose messages are not loaded yet. */
export type PageName = Readonly<Record<Language, string>>;

export interface SidebarEntry {
  readonly icon: keyof typeof sidebarIcons;
  /** Shown to people who may call this procedure; to everyone when there is none. */
  readonly gate?: GatedProcedure;
  /** Counts what waits on the page, and hides the entry from people for whom nothing ever does. */
  readonly Counted?: ComponentType<CountedProps>;
  /** For pages about the whole installation: in another organization even an administrator may not use them. */
  readonly defaultOrganizationOnly?: boolean;
}

export interface CountedProps {
  /** Whether the gate allows. */
  readonly allowed: boolean;
  readonly children: (count: number) => ReactNode;
}

export interface PageNameProps {
  /** Of the path: `{ reportId: '…' }`. */
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** What the sidebar and the breadcrumb need to know of a page. */
export type PageData =
  | { readonly name: PageName; readonly sidebar?: SidebarEntry }
  /** For a page about one thing, such as a report: the component shows the name of that thing. */
  | { readonly Name: ComponentType<PageNameProps> };

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Required, so that no page is without a breadcrumb. `null` for a route that is not a page inside the layout. */
    readonly page: PageData | null;
  }
}
