import type { AppPermission, AppRole } from '@latchkey/policy';
import { createContext, useContext } from 'react';
import type { ReportRole, SharedResource } from '../../policy.ts';

export type AccessTarget =
  | { readonly kind: 'role'; readonly role: AppRole }
  | {
      readonly kind: 'instance';
      readonly resource: SharedResource;
      readonly id: string;
      readonly role: ReportRole;
    };

export type SheetContent =
  | {
      readonly kind: 'new';
      /** The options; the first one is selected initially. */
      readonly targets: readonly [AccessTarget, ...AccessTarget[]];
      /** The denied permission, shown to approvers. */
      readonly permission?: AppPermission | undefined;
      /** The id of the report or the collection on which it was denied. */
      readonly on?: string | undefined;
      /** The title of the report or the collection, if the page is not about it. */
      readonly title?: string | undefined;
      readonly reason?: string;
    }
  | { readonly kind: 'sent'; readonly id: string };

export interface RequestSheetProps {
  readonly content: SheetContent;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChange: (content: SheetContent) => void;
}

const OpenRequestSheet = createContext<((content: SheetContent) => void) | null>(null);

export const RequestSheetProvider = OpenRequestSheet.Provider;

/** Opens the sheet over the page. `null` outside the layout. */
export function useRequestSheet(): ((content: SheetContent) => void) | null {
  return useContext(OpenRequestSheet);
}
