import { allows, worldFromDocument, type DataDocument } from '../../packages/permit-engine/src/index.ts';
import {
  actions,
  grants,
  questionsBy,
  resources,
  roleOf,
  roleQuestions,
  roles,
  tenantOf,
  type Question,
  type Questions,
} from './model.ts';
import { serveDeciders, type Decide } from './serve-deciders.ts';

/** The users form groups of four. The users of a group edit one folder, three links above the group's document. */
const homeOf = (user: number): number => user - (user % 4);
const objectOf = (at: number): string => (at % 4 === 3 ? `doc:d${homeOf(at)}` : `folder:f${at}`);

const fromFolder = { role: 'editor', on_resource: 'folder', linked_by_relation: 'parent' };
const derived = { roles: { editor: { granted_to: { users_with_role: [fromFolder] } } } };

function documentOf(users: number): DataDocument {
  const numbers = Array.from({ length: users }, (_, user) => user);
  return {
    users: Object.fromEntries(
      numbers.map((user) => [
        `u${user}`,
        { attributes: { key: `u${user}` }, roleAssignments: { [tenantOf(user)]: [roleOf(user)] } },
      ]),
    ),
    tenants: Object.fromEntries(numbers.slice(0, 1_000).map((user) => [tenantOf(user), { attributes: {} }])),
    resource_types: {
      ...Object.fromEntries(resources.map((resource) => [resource, { actions }])),
      folder: { actions: ['read'], ...derived },
      doc: { actions: ['write', 'delete'], ...derived },
    },
    role_permissions: {
      __tenant: Object.fromEntries(
        roles.map((role) => [
          role,
          {
            grants: Object.fromEntries(
              resources.map((resource) => [
                resource,
                actions.filter((action) => grants(role, resource, action)),
              ]),
            ),
          },
        ]),
      ),
      doc: { editor: { grants: { doc: ['write'] } } },
    },
    role_assignments: Object.fromEntries(
      numbers.map((user) => [
        `user:u${user}`,
        { [`__tenant:${tenantOf(user)}`]: [roleOf(user)], [`folder:f${homeOf(user)}`]: ['editor'] },
      ]),
    ),
    resource_instances: Object.fromEntries(
      numbers.map((at) => [objectOf(at), { tenant: tenantOf(homeOf(at)), attributes: {} }]),
    ),
    // The parent of each object is the one before it: f0 ← f1 ← f2 ← d0
    relationships: Object.fromEntries(
      numbers
        .filter((at) => at % 4 !== 0)
        .map((at) => [objectOf(at), { parent: { folder: [`f${at - 1}`] } }]),
    ),
    condition_sets: {},
    condition_set_rules: {},
  };
}

/** Asks about the document of the user `distance` places further on; 0 is the user's own document. */
const documentQuestion =
  (action: string, users: number, distance: number) =>
  (user: number): Question => {
    const home = homeOf((user + distance) % users);
    return { subject: `u${user}`, tenant: tenantOf(home), resource: 'doc', action, instance: `d${home}` };
  };

function relationQuestions(users: number): Questions {
  return {
    allowed: questionsBy(users, documentQuestion('write', users, 0)),
    denied: questionsBy(users, documentQuestion('write', users, 4)),
  };
}

/** This project's engine, on the data document that Permit's PDP would load. */
await serveDeciders((users) => {
  const world = worldFromDocument(documentOf(users), []);
  const decide: Decide = ({ subject, tenant, resource, action, instance }) =>
    allows(world, {
      user: { key: subject },
      action,
      resource: { type: resource, tenant, key: instance },
    });
  return {
    rbac: { decide, questions: roleQuestions(users) },
    rebac: { decide, questions: relationQuestions(users) },
  };
});
