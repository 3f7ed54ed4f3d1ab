import { expect, test } from 'vitest';
import { testPolicy } from './fixtures/test-policy.ts';
import { examplePolicy } from './fixtures/example.ts';
import { matrix } from './matrix.ts';

test('matrix prints permissions, derivations and rules', () => {
  expect(matrix(examplePolicy)).toMatchInlineSnapshot(`
    "permission        viewer  editor  admin  on the instance
    accounts:view     ·       ·       yes    owner
    collections:view  yes     yes     yes    editor reader
    collections:edit  ·       ·       yes    editor
    reports:view      ·       ·       yes    editor reader
    reports:edit      ·       ·       yes    editor
    reports:publish   ·       yes     yes
    audit:view        ·       ·       yes

    role                derives from        via      where
    collections#editor  accounts#owner      account
    reports#editor      collections#editor  parent   there is no direct role
    reports#reader      collections#reader  parent

    by condition  on            permissions
    cleared       confidential  reports:view
    role viewer   short         reports:view reports:edit
    role editor   all audit     audit:view"
  `);
});

test('leaves out empty tables', () => {
  expect(matrix(testPolicy)).toMatchInlineSnapshot(`
    "permission       viewer  editor  admin  on the instance
    reports:view     yes     yes     yes    owner reader
    reports:create   ·       yes     yes
    reports:publish  ·       ·       yes    owner
    members:view     ·       ·       yes"
  `);
});
