import {
  FileText,
  FolderClosed,
  FolderSync,
  House,
  Inbox,
  KeyRound,
  ListChecks,
  ScrollText,
  Table2,
  Users,
  type LucideIcon,
} from 'lucide-react';

/** By the name in a route's `sidebar`: routes are loaded with every page, icons only with the sidebar. */
export const sidebarIcons = {
  access: KeyRound,
  audit: ScrollText,
  collections: FolderClosed,
  home: House,
  members: Users,
  policy: Table2,
  reports: FileText,
  requests: Inbox,
  setup: ListChecks,
  sync: FolderSync,
} as const satisfies Readonly<Record<string, LucideIcon>>;
