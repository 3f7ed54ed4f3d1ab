import { expect as plainExpect, test } from 'vitest';
import { example } from './fixtures/example.ts';
import { extendExpect } from './extend-expect.ts';

const expect = extendExpect(plainExpect, example);
const ann = example.as('ann', 'acme');

test('toBeAllowed and toBeDenied pass, with and without `not`', () => {
  expect(ann).toBeAllowed('reports:edit', '1');
  expect(ann).toBeAllowed('reports:edit', { attributes: { pages: 9 } });
  expect(ann).toBeDenied('reports:publish', '1');
  expect(ann).not.toBeAllowed('reports:publish', '1');
  expect(ann).not.toBeDenied('reports:edit', '1');
});

test('a failure explains the decision', () => {
  const chain = 'ann → editor of collections:q3 → parent of reports:1 → reports:edit';
  expect(() => expect(ann).toBeDenied('reports:edit', '1')).toThrow(chain);
  expect(() => expect(ann).not.toBeAllowed('reports:edit', '1')).toThrow(chain);
  expect(() => expect(ann).toBeAllowed('reports:publish', '1')).toThrow('Give ann the role editor in acme.');
});

test('other assertions still work, and a value that is not a user throws', () => {
  expect(1).toBe(1);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test passes a value that the types reject
  const text = 'ann' as unknown as typeof ann;
  expect(() => expect(text).toBeAllowed('reports:view')).toThrow(TypeError);
});

test('an unknown permission does not compile', () => {
  // @ts-expect-error -- misspelled
  expect(ann).toBeDenied('reports:pubish');
  // @ts-expect-error -- audit has no attributes
  expect(ann).toBeDenied('audit:view', { attributes: { pages: 1 } });
});
