import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { tooOldNode } from './node-version.ts';

test('an older Node than `engines` names is refused, with the version that is needed', () => {
  expect(manifest.engines.node).toBe('>=22.19.0');
  expect(tooOldNode('20.20.2')).toBe('latchkey needs Node 22.19 or later, and this is Node 20.20.2.\n');
  expect(tooOldNode('22.18.9')).toContain('22.19 or later');
  for (const version of ['22.19.0', '22.20.1', '24.0.0']) expect(tooOldNode(version)).toBeUndefined();
});
