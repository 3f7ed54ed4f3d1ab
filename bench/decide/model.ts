/**
 * The policy of all benchmarked deciders: 10 resources with 5 actions each, and 4 roles. Each user has one role in one
 * tenant. Only allowed checks are measured; `serveDeciders` first asserts that the other checks are denied.
 */
export const resources = Array.from({ length: 10 }, (_, index) => `r${index}`);
export const actions = Array.from({ length: 5 }, (_, index) => `a${index}`);
export const roles = ['role0', 'role1', 'role2', 'role3'];

const tenants = 1_000;
export const tenantOf = (user: number): string => `t${user % tenants}`;
export const roleOf = (user: number): string => `role${user % 4}`;

/**
 * Whether a role grants the action: `role0` grants about a quarter of the permissions, each further role a quarter
 * more, and no role grants the last action.
 */
export const grants = (role: string, resource: string, action: string): boolean =>
  action !== 'a4' && (resources.indexOf(resource) + actions.indexOf(action)) % 4 <= roles.indexOf(role);

export interface Question {
  readonly subject: string;
  readonly tenant: string;
  readonly resource: string;
  readonly action: string;
  /** The instance key; absent when the question is about the resource as a whole. */
  readonly instance?: string;
}

export interface Questions {
  readonly allowed: readonly Question[];
  readonly denied: readonly Question[];
}

const count = 4_096;

/** Creates questions, ordered so that consecutive ones are about different users with distant numbers. */
export const questionsBy = (users: number, of: (user: number, index: number) => Question): Question[] =>
  Array.from({ length: count }, (_, index) => of((index * 7_919) % users, index));

export function roleQuestions(users: number): Questions {
  const permissions = resources.flatMap((resource) => actions.map((action) => ({ resource, action })));
  const of = (isAllowed: boolean) => (user: number, index: number) => {
    const fitting = permissions.filter(
      ({ resource, action }) => grants(roleOf(user), resource, action) === isAllowed,
    );
    const { resource = '', action = '' } = fitting[index % fitting.length] ?? {};
    return { subject: `u${user}`, tenant: tenantOf(user), resource, action };
  };
  return { allowed: questionsBy(users, of(true)), denied: questionsBy(users, of(false)) };
}
