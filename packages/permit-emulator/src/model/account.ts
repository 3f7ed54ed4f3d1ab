import { compactId, newId, stableId } from '../ids.ts';
import {
  blankResource,
  collectionName,
  openEnvironment,
  tableNames,
  type Environment,
  type EnvironmentOptions,
} from './environment.ts';
import type { Named } from './records.ts';
import { duplicate, notFound } from '../errors.ts';
import type { JsonObject } from '@latchkey/permit-engine';

export interface ProjectRecord extends Named {
  readonly urn_namespace: string | null;
  readonly settings: JsonObject | null;
  readonly active_policy_repo_id: string | null;
}

export interface EnvironmentRecord extends Named {
  readonly project_id: string;
  readonly custom_branch_name: string | null;
  readonly jwks: JsonObject | null;
  readonly settings: JsonObject | null;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly created_at: string;
  readonly secret: string;
  readonly name: string | null;
  readonly project_id: string | null;
  readonly environment_id: string | null;
  readonly object_type: 'env' | 'org' | 'project';
  readonly access_level: 'admin' | 'no_access' | 'read' | 'write';
  readonly owner_type: 'elements' | 'member' | 'pdp_config';
}

/** A person who can manage the organization. */
export interface MemberRecord {
  readonly id: string;
  readonly email: string;
  readonly created_at: string;
  readonly permissions: readonly JsonObject[];
}

type Times = Pick<Named, 'created_at' | 'updated_at'>;

export type AccountOptions = Omit<EnvironmentOptions, 'scope'>;

function find<T extends Named>(kind: string, among: Iterable<T>, keyOrId: string): T {
  const id = compactId(keyOrId);
  for (const record of among) if (record.key === keyOrId || record.id === id) return record;
  throw notFound(kind, keyOrId);
}

export type Account = ReturnType<typeof openAccount>;

export function openAccount({ store, ...options }: AccountOptions) {
  const organizationId = stableId('organization');
  const projects = store.collection<ProjectRecord>('projects');
  const environmentRecords = store.collection<EnvironmentRecord>('environments');
  const keys = store.collection<ApiKeyRecord>('keys');
  const members = store.collection<MemberRecord>('members');
  const opened = new Map<string, Environment>();

  const environmentsOf = (project: ProjectRecord): EnvironmentRecord[] =>
    [...environmentRecords.values()].filter(({ project_id }) => project_id === project.id);

  const environment = (record: EnvironmentRecord): Environment => {
    let open = opened.get(record.id);
    if (open === undefined) {
      const scope = {
        organization_id: organizationId,
        project_id: record.project_id,
        environment_id: record.id,
      };
      open = openEnvironment({ ...options, store, scope });
      opened.set(record.id, open);
    }
    return open;
  };

  const times = (): Times => {
    const at = options.now().toISOString();
    return { created_at: at, updated_at: at };
  };

  const deleteEnvironment = (record: EnvironmentRecord): void => {
    opened.get(record.id)?.propagation.close();
    opened.delete(record.id);
    for (const name of tableNames) {
      const collection = store.collection(collectionName(record.id, name));
      for (const key of collection.keys()) collection.delete(key);
    }
    for (const key of keys.values()) if (key.environment_id === record.id) keys.delete(key.id);
    environmentRecords.delete(record.id);
  };

  return {
    organizationId,
    projects,
    environmentRecords,
    keys,
    members,
    now: options.now,
    /** Stores all writes of `run` together. Validate before you write: writes are not rolled back. */
    batch: <R>(run: () => R): R => store.batch(run),
    project: (keyOrId: string): ProjectRecord => find('Project', projects.values(), keyOrId),
    environmentRecord: (project: ProjectRecord, keyOrId: string): EnvironmentRecord =>
      find('Environment', environmentsOf(project), keyOrId),
    environment,
    createProject(fields: Omit<ProjectRecord, keyof Times | 'id'>): ProjectRecord {
      if ([...projects.values()].some(({ key }) => key === fields.key))
        throw duplicate('project', fields.key);
      const record = { ...fields, id: stableId('project', fields.key), ...times() };
      projects.put(record.id, record);
      return record;
    },
    createEnvironment(
      project: ProjectRecord,
      fields: Omit<EnvironmentRecord, keyof Times | 'id' | 'project_id'>,
    ): EnvironmentRecord {
      if (environmentsOf(project).some(({ key }) => key === fields.key)) {
        throw duplicate('environment', fields.key);
      }
      const id = stableId('environment', project.key, fields.key);
      const record = { ...fields, id, project_id: project.id, ...times() };
      environmentRecords.put(id, record);
      const env = environment(record);
      env.resources.put({ ...blankResource(env, '__user'), name: 'User', built_in: true });
      env.tenants.put({
        ...env.stamp(),
        key: 'default',
        name: 'Default Tenant',
        description: null,
        attributes: null,
        last_action_at: env.now(),
      });
      return record;
    },
    deleteEnvironment,
    deleteProject(project: ProjectRecord): void {
      for (const record of environmentsOf(project)) deleteEnvironment(record);
      for (const key of keys.values()) if (key.project_id === project.id) keys.delete(key.id);
      projects.delete(project.id);
    },
    keyOf(secret: string): ApiKeyRecord | undefined {
      for (const key of keys.values()) if (key.secret === secret) return key;
      return undefined;
    },
    close(): void {
      for (const { propagation } of opened.values()) propagation.close();
    },
  };
}

/** `null` means the whole organization, or the whole project. */
export function newApiKey(
  account: Account,
  fields: Pick<ApiKeyRecord, 'project_id' | 'environment_id'> & Partial<ApiKeyRecord>,
): ApiKeyRecord {
  const { project_id, environment_id } = fields;
  const record: ApiKeyRecord = {
    id: newId(),
    created_at: account.now().toISOString(),
    secret: newSecret(),
    name: null,
    object_type: environment_id !== null ? 'env' : project_id !== null ? 'project' : 'org',
    access_level: 'admin',
    owner_type: environment_id !== null ? 'pdp_config' : 'member',
    ...fields,
  };
  account.keys.put(record.id, record);
  return record;
}

/** The vendor's tools refuse keys of fewer than 97 characters. */
function newSecret(): string {
  return `permit_key_${newId()}${newId()}${newId()}`.slice(0, 97);
}
