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
import type { Environment } from '../model/environment.ts';

function own({ scope }: Environment, organization: string): void {
  if (compactId(organization) !== scope.organization_id) throw notFound('Organization', organization);
}

export const opalDataRoutes = [
  inEnvironment('GET /v2/internal/opal_data/{org_id}/{p}/{e}', {
    run(env, { params }) {
      own(env, params.org_id);
      return opalData(env);
    },
  }),
  inEnvironment('GET /v2/internal/opal_data/{org_id}/{p}/{e}/users', {
    run(env, { params }) {
      own(env, params.org_id);
      return opalUsers(env);
    },
  }),
  inEnvironment('GET /v2/internal/opal_data/{org_id}/{p}/{e}/role_assignments', {
    run(env, { params }) {
      own(env, params.org_id);
      return opalRoleAssignments(env);
    },
  }),
  inEnvironment('GET /v2/internal/opal_data/{org_id}/{p}/{e}/resource_instances', {
    run(env, { params }) {
      own(env, params.org_id);
      return opalInstances(env);
    },
  }),
  inEnvironment('GET /v2/internal/opal_data/{org_id}/{p}/{e}/relationships', {
    run(env, { params }) {
      own(env, params.org_id);
      return opalRelationships(env);
    },
  }),
];
