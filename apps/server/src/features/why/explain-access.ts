import { defaultTenant } from '@latchkey/directory-sync';
import { permissionsOfRole, type GrantPath } from '@latchkey/permissions';
import { isAboutInstallation, policy } from '@latchkey/policy';
import type {
  AccessExplanation,
  AccessExplainer,
  AccessQuestion,
  ExplainedAccess,
  NoteView,
} from '../../directory/access-explanation.ts';
import { callerOf, type Identity } from '../../authentication/identity.ts';
import type { RoleSourcesOf, SourcedRole } from '../../directory/role-source.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import {
  chainOfHeld,
  chainOfPath,
  objectsIn,
  type FactViews,
  type ViewInstance,
  smallestFirst,
  changeView,
} from './explanation-views.ts';
import {
  instanceNotFound,
  parseInstance,
  readTitles,
  type TitleReaders,
  type TitlesOf,
} from '../../directory/shared-resources.ts';
import type { PermissionsFor } from '../../directory/decisions.ts';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../platform/app-error.ts';

export interface ExplainAccessDeps extends TitleReaders {
  readonly permissionsFor: PermissionsFor;
  readonly roleSourcesOf: RoleSourcesOf;
  readonly titlesOf: TitlesOf;
}

/** Creates the explainer of decisions in the reader's tenant. It names nothing that the reader may not see. */
export function createAccessExplainer(deps: ExplainAccessDeps): AccessExplainer {
  const { permissionsFor, roleSourcesOf, titlesOf } = deps;
  const limits = createExplanationLimits();
  const running = new Map<string, Promise<ExplainedAccess>>();

  /** Concurrent identical questions share one read. Answers are not cached, because users ask again after a change. */
  const read: AccessExplainer['read'] = (tenant, { subject, permission, instance }) => {
    const key = JSON.stringify([tenant, subject, permission, instance]);
    const already = running.get(key);
    if (already !== undefined) return already;
    const answer = Promise.all([
      permissionsFor({ subject, tenant }).explain(permission, instance),
      roleSourcesOf(tenant, subject),
    ]).then(([explanation, roles]) => ({ explanation, roles }));
    running.set(key, answer);
    const forget = (): void => void running.delete(key);
    answer.then(forget, forget);
    return answer;
  };

  const show: AccessExplainer['show'] = async (reader, question, { explanation, roles }) => {
    const { tenant } = reader.identity;
    const { subject, permission, instance } = question;
    const object = instance === undefined ? undefined : `${resourceOf(permission)}:${instance}`;
    const seen = await viewsFor(reader, objectsIn(explanation), deps);
    // The reader asked about this instance, and so already knows its id.
    const view: ViewInstance = (one) =>
      one === object && instance !== undefined ? { ...seen(one), key: instance } : seen(one);
    const views: FactViews = {
      view,
      sourceOf: (role) => roles.find((one) => one.role === role)?.source ?? null,
    };
    return {
      subject,
      permission,
      instance: object === undefined ? null : view(object),
      outcome: explanation.decided,
      agrees: explanation.agrees,
      ...(explanation.outcome === 'allow'
        ? {
            paths: explanation.paths
              .toSorted((one, other) => strengthOf(other) - strengthOf(one))
              .map((path) => chainOfPath(path, tenant, views)),
            held: [],
            remedies: [],
          }
        : {
            paths: [],
            held: explanation.held.map((held) => chainOfHeld(held, views)),
            remedies: smallestFirst(explanation.remedies, object).map(({ changes }) =>
              changes.map((change) => changeView(change, view)),
            ),
          }),
      notes: explanation.notes.flatMap((note): NoteView[] => {
        if (note.kind === 'unknown-user') return [{ kind: 'unknown-user' }];
        if (note.kind === 'suppressed')
          return [{ kind: 'suppressed', role: note.role, instance: view(note.object) }];
        // The other kinds of notes cannot occur: the policy has the permission, and the tenant has the instance.
        return [];
      }),
    };
  };

  return {
    read,
    show,
    async explain(reader, question) {
      const { tenant } = reader.identity;
      const { subject, permission, instance } = question;
      const resource = resourceOf(permission);
      limits.count({ tenant, subject: callerOf(reader.identity).subject });
      if (instance !== undefined && !(await titlesOf(tenant, resource, [instance])).has(instance))
        throw instanceNotFound(resource, instance);
      if (isAboutInstallation(permission) && tenant !== defaultTenant)
        return aboutInstallation(question, { tenant, roles: await roleSourcesOf(tenant, subject) });
      return show(reader, question, await read(tenant, question));
    },
  };
}

function resourceOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'));
}

/** Ranks a path: tenant roles above roles on instances, and tenant roles with more permissions above others. */
function strengthOf(path: GrantPath): number {
  if (path.kind === 'rule') return 0;
  if (path.kind === 'instance-role') return path.derives.length === 0 ? 2 : 1;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a role of the policy itself
  return 10 + permissionsOfRole(policy, path.role as never).length;
}

async function viewsFor(
  reader: SignedIn,
  objects: ReadonlySet<string>,
  readers: TitleReaders,
): Promise<ViewInstance> {
  const titleOf = await readTitles(reader, [...objects].map(parseInstance), readers);
  return (object) => {
    const { resource, id } = parseInstance(object);
    const title = titleOf({ resource, id });
    const isNamed = title !== null || (resource === 'reports' && objects.has(object));
    return { resource, key: isNamed ? id : null, title };
  };
}

function aboutInstallation(
  { subject, permission }: AccessQuestion,
  { tenant, roles }: { readonly tenant: string; readonly roles: readonly SourcedRole[] },
): AccessExplanation {
  return {
    subject,
    permission,
    instance: null,
    outcome: 'deny',
    agrees: true,
    paths: [],
    held: roles.map(({ role, source }) => [
      { kind: 'role', role, source },
      { kind: 'tenant', tenant },
    ]),
    remedies: [],
    notes: [{ kind: 'about-installation' }],
  };
}

/**
 * Explanations per minute on one replica. Each takes about seven Permit API calls. Permit may allow 3,000 calls a
 * minute, half of which sync needs.
 */
const max = { perPerson: 30, perTenant: 100, total: 200 };

const minute = 60_000;

export interface ExplanationLimits {
  /** Counts one explanation. @throws {AppError} `EXPLANATION_LIMIT` */
  count(caller: Pick<Identity, 'tenant' | 'subject'>): void;
}

/**
 * Each counter covers a minute from the first explanation that it counts.
 * @internal exported for tests
 */
export function createExplanationLimits(): ExplanationLimits {
  const counts = new LRUCache<string, number>({ max: 10_000, ttl: minute, noUpdateTTL: true });
  return {
    count({ tenant, subject }) {
      const counted = [
        { key: JSON.stringify([tenant, subject]), limit: max.perPerson },
        { key: JSON.stringify([tenant]), limit: max.perTenant },
        { key: '[]', limit: max.total },
      ];
      if (counted.some(({ key, limit }) => (counts.get(key) ?? 0) >= limit))
        throw new AppError('EXPLANATION_LIMIT', 'Too many requests for explanations. Try again in a minute.');
      for (const { key } of counted) counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  };
}
