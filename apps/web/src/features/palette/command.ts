import type { GatedProcedure } from '@latchkey/permissions/react';
import type { LucideIcon } from 'lucide-react';

/** In display order. */
export const groups = ['recent', 'pages', 'actions', 'roles', 'people', 'reports', 'collections'] as const;
export type CommandGroup = (typeof groups)[number];

export interface Command {
  /** The key under which recent use is stored. */
  readonly key: string;
  readonly group: CommandGroup;
  readonly icon: LucideIcon;
  readonly name: string;
  readonly detail?: string | undefined;
  /** Additional search terms, such as the command's name in the other language. */
  readonly keywords: readonly string[];
  readonly run: () => void;
  /** Where the focus moves: to the page (default), back to where it was, or where the command itself moves it. */
  readonly focus?: 'page' | 'back' | 'own';
}

/** A command and the procedure that gates it. Without a gate, the command is available to all users. */
export interface GatedCommand {
  readonly command: Command;
  readonly gate?: GatedProcedure | undefined;
}

/**
 * Normalizes text for searching: removes case and accents, and decomposes Korean into letters, so that `구서` finds `구성원`
 * while the syllable is being typed.
 */
function searchable(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}

export function matches(typed: string, texts: readonly string[]): boolean {
  const all = searchable(texts.join('\n'));
  return searchable(typed)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
