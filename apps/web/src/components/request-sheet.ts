import type { AppPermission, AppRole } from '@latchkey/policy';
import { createContext, useContext, type ComponentType } from 'react';
import type { ReportRole, SharedResource } from '../policy.ts';

/** What can be asked for: a role in the organization, or a role on one report or collection. */
export type AccessTarget =
  | { readonly kind: 'role'; readonly role: AppRole }
  | {
      readonly kind: 'instance';
      readonly resource: SharedResource;
      readonly id: string;
      readonly role: ReportRole;
    };

/** What the sheet shows: a new request, or one that was sent. */
export type SheetContent =
  | {
      readonly kind: 'new';
      /** To choose from; the first one is chosen at first. */
      readonly targets: readonly [AccessTarget, ...AccessTarget[]];
      /** The permission that was denied: deciders see why. */
      readonly permission?: AppPermission | undefined;
      /** The title of the report or the collection, where the page is not about it. */
      readonly title?: string | undefined;
      /** Filled in at first, to ask again. */
      readonly reason?: string;
    }
  | { readonly kind: 'sent'; readonly id: string };

export interface RequestSheetProps {
  readonly content: SheetContent;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Shows something else in the same sheet. */
  readonly onChange: (content: SheetContent) => void;
}

/** The sheet is a part of a feature, which the layout and components do not know: the router's context has it. */
export type RequestSheet = ComponentType<RequestSheetProps>;

const OpenRequestSheet = createContext<((content: SheetContent) => void) | null>(null);

export const RequestSheetProvider = OpenRequestSheet.Provider;

/** Opens the sheet over the page. `null` outside the layout. */
export function useRequestSheet(): ((content: SheetContent) => void) | null {
  return useContext(OpenRequestSheet);
}
