import { originAttribute, suspendedRolesAttribute } from '@latchkey/directory-sync';
import type { DirectoryAccount } from '@latchkey/permissions/permit';
import { expect, test } from 'vitest';
import { createFindPerson } from './find-person.ts';

type Grant = { readonly tenant: string; readonly role: string };

function finding(
  account: Partial<DirectoryAccount> | undefined,
  {
    grants = [],
    member,
    status,
  }: { readonly grants?: readonly Grant[]; readonly member?: string; readonly status?: string } = {},
) {
  const found = account && { key: 'ann', name: 'Ann', email: 'ann@example.test', attributes: {}, ...account };
  return createFindPerson({
    directory: { findUser: async (key) => (key === 'ann' ? found : undefined) },
    reads: { grantsOf: async () => [...grants] },
    isMember: async (tenant) => tenant === member,
    isActive: async () => status === undefined || status === 'active',
  });
}

const inAcme = { grants: [{ tenant: 'acme', role: 'viewer' }] };
const notFound = { code: 'PERSON_NOT_FOUND' };
const fromLogto = { attributes: { [originAttribute]: 'ann' } };

test('finds users with a role in the tenant, and no others', async () => {
  const find = finding({}, inAcme);
  expect(await find('ann', 'acme')).toEqual({
    key: 'ann',
    name: 'Ann',
    isMachine: false,
    isFromLogto: false,
    isActive: true,
  });
  await expect(find('ann', 'other')).rejects.toMatchObject(notFound);
  await expect(find('ann', 'default')).rejects.toMatchObject(notFound);
  await expect(find('bob', 'acme')).rejects.toMatchObject(notFound);
  await expect(finding(undefined, inAcme)('ann', 'acme')).rejects.toMatchObject(notFound);
});

test('a user written by sync belongs to the tenant `default`, and to other tenants with a role or as a member', async () => {
  const find = finding(fromLogto, { member: 'globex' });
  expect(await find('ann', 'default')).toMatchObject({ isFromLogto: true });
  expect(await find('ann', 'globex')).toMatchObject({ isFromLogto: true });
  await expect(find('ann', 'acme')).rejects.toMatchObject(notFound);
});

test('a user who lost their roles by a suspension is found, but not active', async () => {
  const attributes = { [suspendedRolesAttribute]: ['viewer@acme'] };
  const find = finding({ attributes }, { status: 'suspended' });
  expect(await find('ann', 'acme')).toMatchObject({ isActive: false });
  await expect(find('ann', 'other')).rejects.toMatchObject(notFound);
});

test.each([
  ['active', true],
  ['suspended', false],
  ['gone', false],
])('an account recorded as %s: active is %s', async (status, isActive) => {
  expect(await finding({}, { ...inAcme, status })('ann', 'acme')).toMatchObject({ isActive });
});

test('falls back to the email address without a name', async () => {
  expect(await finding({ name: null }, inAcme)('ann', 'acme')).toMatchObject({ name: 'ann@example.test' });
  const nameless = finding({ name: null, email: null, ...fromLogto }, inAcme);
  expect(await nameless('ann', 'acme')).toMatchObject({ name: null, isMachine: false });
});

test.each([
  ['an account without an e-mail address', { email: null }, true],
  ['one with an address', {}, false],
  ['one that sync has written', { email: null, ...fromLogto }, false],
  ['one with a user name', { email: null, attributes: { username: 'ann' } }, false],
])('%s: detects whether it is a machine', async (_, account, isMachine) => {
  expect(await finding(account, inAcme)('ann', 'acme')).toMatchObject({ isMachine });
});
