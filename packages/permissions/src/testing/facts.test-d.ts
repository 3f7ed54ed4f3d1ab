import { createTestPermissions } from './create-test-permissions.ts';
import { example, examplePolicy } from './fixtures/example.ts';

// Names that the policy does not define do not compile in facts.
createTestPermissions(examplePolicy, {
  users: {
    // @ts-expect-error -- no such role
    ann: { roles: { acme: ['owner'] } },
    // @ts-expect-error -- no such role on reports
    bob: { instanceRoles: { 'reports:1': ['owner'] } },
    // @ts-expect-error -- a value of another type
    carl: { attributes: { clearance: 3 } },
    // @ts-expect-error -- no such resource
    dora: { instanceRoles: { 'report:1': ['reader'] } },
  },
  instances: {
    // @ts-expect-error -- no such attribute
    'reports:1': { tenant: 'acme', attributes: { classified: 'confidential' } },
    // @ts-expect-error -- no such relation
    'reports:2': { tenant: 'acme', relations: { child: 'collections:1' } },
    // @ts-expect-error -- the relation links to a collection
    'reports:3': { tenant: 'acme', relations: { parent: 'accounts:1' } },
  },
});

// Names that the policy does not define do not compile in questions, either.
const ann = example.as('ann', 'acme');
ann.can('reports:view', { attributes: { pages: 1 } });
// @ts-expect-error -- no such permission
ann.can('reports:delete');
// @ts-expect-error -- an attribute of reports, not of collections
ann.can('collections:view', { attributes: { pages: 1 } });
// @ts-expect-error -- no such permission
example.whoCan('reports:delete', { tenant: 'acme' });
