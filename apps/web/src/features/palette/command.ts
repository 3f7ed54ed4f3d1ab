import type { GatedProcedure } from '@latchkey/permissions/react';
import type { LucideIcon } from 'lucide-react';

/** In the order in which they are shown. */
export const groups = ['recent', 'pages', 'actions', 'roles', 'people', 'reports', 'collections'] as const;
export type CommandGroup = (typeof groups)[number];

/** Something that the palette does or opens. */
export interface Command {
  /** Kept for what was used last. */
  readonly key: string;
  readonly group: CommandGroup;
  readonly icon: LucideIcon;
  readonly name: string;
  readonly detail?: string | undefined;
  /** It is found by these as well, such as its name in the other language. */
  readonly words: readonly string[];
  readonly run: () => void;
  /** Nothing is opened: the focus goes back to where it was. */
  readonly staysHere?: boolean;
}

/** A command, and the procedure that decides whether somebody has it. Without one everybody does. */
export interface GatedCommand {
  readonly command: Command;
  readonly gate?: GatedProcedure | undefined;
}
