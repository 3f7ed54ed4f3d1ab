import { expect, test } from 'vitest';
import { createNameSubjects } from './name-subjects.ts';

const known = new Map([
  ['acme', 'Acme'],
  ['globex', 'Globex'],
]);
const asked: string[][] = [];
const nameSubjects = createNameSubjects({
  findPeople: () => Promise.resolve(new Map([['u-1', { key: 'u-1', name: 'Nora Lind' }]])),
  findTenants: (keys) => {
    asked.push([...keys]);
    return Promise.resolve(known);
  },
  findInLogto: () => Promise.resolve(new Map()),
});

test('names the tenants of roles, including roles on instances, once each, and omits the default one', async () => {
  const changes = [
    'create-user viewer@default admin@acme',
    'assign owner@acme#reports:1',
    'assign viewer@gone',
  ];
  const [named] = await nameSubjects.ofDeliveries([
    { subjects: ['user:u-1', 'organization:globex'], changes },
  ]);
  expect(named?.names).toEqual({
    'user:u-1': 'Nora Lind',
    'organization:globex': 'Globex',
    'tenant:acme': 'Acme',
  });
  expect(asked.pop()).toEqual(['globex', 'acme', 'gone']);
});
