import { filter, paginate } from '../domain/paging.ts';
import { reachProject, route } from '../http/route.ts';
import type { Account, ProjectRecord } from '../model/account.ts';
import { pagingQuery } from '../schemas/common.ts';

function readProject({ organizationId }: Account, project: ProjectRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, ...fields } = project;
  return { key, id, organization_id: organizationId, created_at, updated_at, ...fields };
}

export const projectRoutes = [
  route('GET /v2/projects', {
    query: pagingQuery,
    run({ account, key, query }) {
      const reached = filter(
        account.projects.values(),
        ({ id }) => key.project_id === null || key.project_id === id,
      );
      return paginate(reached, query, (project) => readProject(account, project)).data;
    },
  }),
  route('GET /v2/projects/{p}', {
    run: (call) => readProject(call.account, reachProject(call, call.params.p)),
  }),
];
