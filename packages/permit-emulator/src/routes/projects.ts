import { applyPatch } from '../model/table.ts';
import { environmentFields, readEnvironment, readProject, statisticsOf } from '../domain/account.ts';
import { copyEnvironment } from '../domain/copy-environment.ts';
import { filter, paginate } from '../domain/paging.ts';
import {
  forbidden,
  noContent,
  reachEnvironment,
  reachProject,
  Reply,
  route,
  type RawCall,
} from '../http/route.ts';
import { pagingQuery } from '../schemas/common.ts';
import {
  environmentCopy,
  environmentCreate,
  environmentUpdate,
  projectCreate,
  projectUpdate,
} from '../schemas/account.ts';
import type { EnvironmentRecord } from '../model/account.ts';

const initialEnvironments = [
  { key: 'dev', name: 'Development' },
  { key: 'prod', name: 'Production' },
];

/** A key of one environment must not change anything above it. */
function aboveEnvironment({ key }: Pick<RawCall, 'key'>): void {
  if (key.environment_id !== null) throw forbidden('This API key is of one environment');
}

function aboveProject({ key }: Pick<RawCall, 'key'>): void {
  if (key.project_id !== null) throw forbidden('This API key is of one project');
}

function recordOf(
  call: Pick<RawCall, 'account' | 'key'>,
  params: { p: string; e: string },
): EnvironmentRecord {
  reachEnvironment(call, params);
  return call.account.environmentRecord(call.account.project(params.p), params.e);
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
  route('POST /v2/projects', {
    body: projectCreate,
    run(call) {
      aboveProject(call);
      const { account, body } = call;
      const project = account.createProject({
        key: body.key,
        name: body.name,
        description: body.description ?? null,
        urn_namespace: body.urn_namespace ?? null,
        settings: body.settings ?? null,
        active_policy_repo_id: body.active_policy_repo_id ?? null,
      });
      for (const environment of body.initial_environments ?? initialEnvironments) {
        account.createEnvironment(project, environmentFields(environment));
      }
      return readProject(account, project);
    },
  }),
  route('GET /v2/projects/{p}', {
    run: (call) => readProject(call.account, reachProject(call, call.params.p)),
  }),
  route('PATCH /v2/projects/{p}', {
    body: projectUpdate,
    run(call) {
      aboveEnvironment(call);
      const { account, body } = call;
      const before = reachProject(call, call.params.p);
      const project = applyPatch(before, { ...body, updated_at: account.now().toISOString() });
      account.projects.put(project.id, project);
      return readProject(account, project);
    },
  }),
  route('DELETE /v2/projects/{p}', {
    run(call) {
      aboveProject(call);
      call.account.deleteProject(reachProject(call, call.params.p));
      return noContent;
    },
  }),
  route('GET /v2/projects/{p}/envs', {
    query: pagingQuery,
    run(call) {
      const { account, key, query } = call;
      const project = reachProject(call, call.params.p);
      const reached = filter(
        account.environmentRecords.values(),
        ({ id, project_id }) =>
          project_id === project.id && (key.environment_id === null || key.environment_id === id),
      );
      return paginate(reached, query, (record) => ({
        ...readEnvironment(account, record),
        email_configuration: null,
      })).data;
    },
  }),
  route('POST /v2/projects/{p}/envs', {
    body: environmentCreate,
    run(call) {
      aboveEnvironment(call);
      const record = call.account.createEnvironment(
        reachProject(call, call.params.p),
        environmentFields(call.body),
      );
      return readEnvironment(call.account, record);
    },
  }),
  route('GET /v2/projects/{p}/envs/{e}', {
    run: (call) => ({
      ...readEnvironment(call.account, recordOf(call, call.params)),
      email_configuration: null,
    }),
  }),
  route('PATCH /v2/projects/{p}/envs/{e}', {
    body: environmentUpdate,
    run(call) {
      const { account, body } = call;
      const record = applyPatch(recordOf(call, call.params), {
        ...body,
        updated_at: account.now().toISOString(),
      });
      account.environmentRecords.put(record.id, record);
      return readEnvironment(account, record);
    },
  }),
  route('DELETE /v2/projects/{p}/envs/{e}', {
    run(call) {
      aboveEnvironment(call);
      call.account.deleteEnvironment(recordOf(call, call.params));
      return noContent;
    },
  }),
  route('GET /v2/projects/{p}/envs/{e}/stats', {
    run(call) {
      const record = recordOf(call, call.params);
      const { account, decisions } = call;
      return { ...readEnvironment(account, record), ...statisticsOf(account, decisions, record) };
    },
  }),
  route('POST /v2/projects/{p}/envs/{e}/copy', {
    body: environmentCopy,
    run(call) {
      aboveEnvironment(call);
      const project = reachProject(call, call.params.p);
      const target = copyEnvironment(
        call.account,
        { project, source: recordOf(call, call.params) },
        call.body,
      );
      return new Reply(201, readEnvironment(call.account, target));
    },
  }),
];
