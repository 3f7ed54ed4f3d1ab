import { readAssignment, readDetailedAssignment } from '../domain/assignment-reads.ts';
import { assign, assignAll, selectAssignments, unassign, unassignAll } from '../domain/assignments.ts';
import { listResponse, paginate } from '../domain/paging.ts';
import { inEnvironment, noContent } from '../http/route.ts';
import {
  assignment,
  assignmentListQuery,
  assignments,
  missingUserQuery,
  returnDeletedQuery,
} from '../schemas/facts.ts';

export const assignmentRoutes = [
  inEnvironment('GET /v2/facts/{p}/{e}/role_assignments', {
    query: assignmentListQuery,
    run(env, { query }) {
      const read = query.detailed === true ? readDetailedAssignment : readAssignment;
      const page = paginate(selectAssignments(env, query), query, (found) => read(env, found));
      return listResponse(page, query.include_total_count);
    },
  }),
  inEnvironment('GET /v2/facts/{p}/{e}/role_assignments/detailed', {
    query: assignmentListQuery,
    run: (env, { query }) =>
      paginate(selectAssignments(env, query), query, (found) => readDetailedAssignment(env, found)),
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/role_assignments', {
    body: assignment,
    run: (env, { body }) => readAssignment(env, assign(env, body)),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/role_assignments', {
    body: assignment,
    query: returnDeletedQuery,
    run(env, { body, query }) {
      const deleted = unassign(env, body);
      return query.return_deleted === true ? readAssignment(env, deleted) : noContent;
    },
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/role_assignments/bulk', {
    body: assignments,
    query: missingUserQuery,
    run: (env, { body, query }) => ({
      assignments_created: assignAll(env, body, query.missing_user_policy ?? 'fail'),
    }),
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/role_assignments/bulk', {
    body: assignments,
    run: (env, { body }) => ({ assignments_removed: unassignAll(env, body) }),
  }),
];
