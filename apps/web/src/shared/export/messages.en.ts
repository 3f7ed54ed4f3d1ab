export const messages = {
  csv: 'Export as CSV',
  xlsx: 'Export for Excel',
  json: 'Export as JSON',
  jsonl: 'Export as JSON lines',
  running: 'Exporting, {{size}} so far',
  stop: 'Stop export',
  done: '{{name}} is saved.',
  printed: '{{brand}} · {{organization}} · Printed by {{person}} on {{at}}',
  failure: {
    denied: 'Nothing was exported: you may not read this any more.',
    busy: 'Nothing was exported: another export is running, or the server is busy. Try again in a moment.',
    unreachable: 'Nothing was exported: the server can’t be reached.',
    'broke-off': 'Nothing was saved: the connection broke off before the end. Export again.',
    failed: 'Nothing was exported: something went wrong. Try again.',
  },
} as const;

declare module '../../i18n/messages.ts' {
  interface Messages {
    readonly exporting: typeof messages;
  }
}
