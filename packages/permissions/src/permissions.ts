import type { Decider, Decision, Grants } from './decision.ts';
import { PermissionDeniedError } from './errors.ts';

/** The permissions of one person in one tenant, asked live. */
export interface Permissions<Permission extends string = string, Role extends string = string> {
  readonly subject: string;
  readonly tenant: string;
  /** @throws {AuthorizationUnavailableError} */
  check(permission: Permission, instance?: string): Promise<Decision<Permission, Role>>;
  /** One round trip for all, answered in order. @throws {AuthorizationUnavailableError} */
  checkMany(
    questions: readonly { readonly permission: Permission; readonly instance?: string | undefined }[],
  ): Promise<Decision<Permission, Role>[]>;
  /** Resolves when allowed. @throws {PermissionDeniedError} @throws {AuthorizationUnavailableError} */
  require(permission: Permission, instance?: string): Promise<void>;
  /** Roles and permissions in the tenant as a whole, for showing. @throws {AuthorizationUnavailableError} */
  granted(): Promise<Grants<Permission, Role>>;
}

/** Binds a decider to a person in a tenant, so that neither can be passed wrongly further down. */
export function createPermissions<Permission extends string, Role extends string>(
  decider: Decider<Permission, Role>,
  { subject, tenant }: { readonly subject: string; readonly tenant: string },
): Permissions<Permission, Role> {
  const checkMany: Permissions<Permission, Role>['checkMany'] = (questions) =>
    questions.length === 0
      ? Promise.resolve([])
      : decider.decide(questions.map((question) => ({ ...question, subject, tenant })));

  const check: Permissions<Permission, Role>['check'] = async (permission, instance) => {
    const [decision] = await checkMany([{ permission, instance }]);
    if (decision === undefined) throw new TypeError('The decider answered fewer decisions than checks.');
    return decision;
  };

  return {
    subject,
    tenant,
    check,
    checkMany,
    async require(permission, instance) {
      const decision = await check(permission, instance);
      if (decision.outcome === 'deny') throw new PermissionDeniedError(decision);
    },
    granted: () => decider.grants(subject, tenant),
  };
}
