export const messages = {
  open: 'Export',
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  jsonl: 'JSON Lines',
  json: 'JSON, signed',
  stop: 'Stop export ({{size}})',
  done: '{{name}} saved.',
  printed: '{{brand}} · {{organization}} · Printed by {{person}} on {{at}}',
  failure: {
    denied: 'Nothing was exported: you no longer have access.',
    'too-large': 'Nothing was exported: the list is too long for an Excel file. Export it as CSV.',
    undecided: 'Nothing was exported: permissions can’t be checked right now.',
    busy: 'Nothing was exported: another export is running, or the server is busy. Try again in a moment.',
    'sign-in': 'Nothing was exported: Logto can’t be reached to confirm your sign-in.',
    unreachable: 'Nothing was exported: the server can’t be reached.',
    'broke-off': 'Nothing was saved: the connection was lost.',
    failed: 'Nothing was exported: the server couldn’t create the file.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly exporting: typeof messages;
  }
}
