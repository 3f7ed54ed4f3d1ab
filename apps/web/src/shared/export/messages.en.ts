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
    busy: 'Nothing was exported: another export is running, or the server is busy. Try again in a moment.',
    unreachable: 'Nothing was exported: the server can’t be reached.',
    'broke-off': 'Nothing was saved: the connection was lost. Export again.',
    failed: 'Nothing was exported. Try again.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly exporting: typeof messages;
  }
}
