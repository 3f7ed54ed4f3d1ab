import { readAssignment, readDetailedAssignment } from '../domain/assignment-reads.ts';
import { assign, assignAll, selectAssignments, unassign, unassignAll } from '../domain/assignments.ts';
import { crud } from '../http/crud.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import {
  assignment,
  assignmentListQuery,
  assignments,
  missingUserQuery,
  returnDeletedQuery,
} from '../schemas/facts.ts';

const path = '/v2/facts/{p}/{e}/role_assignments';

export const assignmentRoutes = [
  ...crud(path, {
    read: (env, found, query) =>
      query?.detailed === true ? readDetailedAssignment(env, found) : readAssignment(env, found),
    list: [assignmentListQuery, selectAssignments],
    create: [assignment, assign],
  }),
  inEnvironment(`DELETE ${path}`, {
    body: assignment,
    query: returnDeletedQuery,
    run(env, { body, query }) {
      const deleted = unassign(env, body);
      return query.return_deleted === true ? readAssignment(env, deleted) : noContent;
    },
  }),
  inEnvironment(`POST ${path}/bulk`, {
    body: assignments,
    query: missingUserQuery,
    run: (env, { body, query }) => ({
      assignments_created: assignAll(env, body, query.missing_user_policy ?? 'fail'),
    }),
  }),
  inEnvironment(`DELETE ${path}/bulk`, {
    body: assignments,
    run: (env, { body }) => ({ assignments_removed: unassignAll(env, body) }),
  }),
];
