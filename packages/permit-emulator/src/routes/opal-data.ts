import {
  opalData,
  opalInstances,
  opalRelationships,
  opalRoleAssignments,
  opalUsers,
} from '../domain/opal-data.ts';
import { notFound } from '../errors.ts';
import { compactId } from '../ids.ts';
import { inEnvironment } from '../http/route.ts';

const documents = [
  ['', opalData],
  ['/users', opalUsers],
  ['/role_assignments', opalRoleAssignments],
  ['/resource_instances', opalInstances],
  ['/relationships', opalRelationships],
] as const;

export const opalDataRoutes = documents.map(([path, read]) =>
  inEnvironment(`GET /v2/internal/opal_data/{org_id}/{p}/{e}${path}`, {
    run(env, { params: { org_id } }) {
      if (compactId(org_id) !== env.scope.organization_id) throw notFound('Organization', org_id);
      return read(env);
    },
  }),
);
