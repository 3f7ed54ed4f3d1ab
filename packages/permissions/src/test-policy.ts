import { definePolicy } from './define-policy.ts';

/** A small policy for this package's own tests. */
export const testPolicy = definePolicy({
  resources: {
    reports: {
      actions: ['view', 'create', 'publish'],
      attributes: { pages: 'number' },
      roles: { owner: { permissions: ['view', 'publish'] }, reader: { permissions: ['view'] } },
    },
    members: { actions: ['view'] },
  },
  roles: {
    viewer: { permissions: ['reports:view'] },
    editor: { extends: ['viewer'], permissions: ['reports:create'] },
    admin: { permissions: '*' },
  },
  defaultRole: 'viewer',
});
