import { expect, test } from 'vitest';
import { readLogLine } from './supervisor.ts';

test.each([
  ['{"level":50,"msg":"failed","err":{"message":"why"}}', 'stdout', { level: 50, text: 'failed: why' }],
  ['{"url":"http://localhost"}', 'stdout', { level: 30, text: '{"url":"http://localhost"}' }],
  ['\u001B[32mready\u001B[39m', 'stdout', { level: 30, text: 'ready' }],
  ['Error: no', 'stderr', { level: 40, text: 'Error: no' }],
] as const)('%s on %s', (line, source, expected) => {
  expect(readLogLine(line, source)).toEqual(expected);
});
