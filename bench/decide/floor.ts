import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from './model.ts';
import { serveDeciders } from './serve-deciders.ts';

/** A hand-written decider that works only for the benchmark's policy: it maps each user to the bits of their role. */
await serveDeciders((users) => {
  const names = resources.flatMap((resource) => actions.map((action) => `${resource}:${action}`));
  const numberOf = new Map(names.map((name, number) => [name, number]));
  const bitsOf = new Map(
    roles.map((role) => {
      const bits = new Uint32Array(2);
      names.forEach((name, number) => {
        const [resource = '', action = ''] = name.split(':');
        if (grants(role, resource, action))
          bits[number >> 5] = (bits[number >> 5] ?? 0) | (1 << (number & 31));
      });
      return [role, bits];
    }),
  );
  const holders = new Map<string, Map<string, Uint32Array>>();
  for (let user = 0; user < users; user++) {
    const inTenant = holders.get(tenantOf(user)) ?? new Map<string, Uint32Array>();
    inTenant.set(`u${user}`, bitsOf.get(roleOf(user)) ?? new Uint32Array(2));
    holders.set(tenantOf(user), inTenant);
  }
  return {
    rbac: {
      questions: roleQuestions(users),
      decide({ subject, tenant, resource, action }) {
        const bits = holders.get(tenant)?.get(subject);
        const number = numberOf.get(`${resource}:${action}`);
        if (bits === undefined || number === undefined) return false;
        return (((bits[number >> 5] ?? 0) >>> (number & 31)) & 1) === 1;
      },
    },
  };
});
