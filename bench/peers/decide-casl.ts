import { defineAbility, type AnyAbility } from '@casl/ability';
import { actions, grants, resources, roleOf, roleQuestions, tenantOf } from '../decide/model.ts';
import { serveDeciders } from '../decide/serve-deciders.ts';

/** An ability for each user, created once and cached. */
await serveDeciders((users) => {
  const abilities = new Map<string, AnyAbility>();
  for (let user = 0; user < users; user++) {
    const ability = defineAbility((can) => {
      for (const resource of resources) {
        const granted = actions.filter((action) => grants(roleOf(user), resource, action));
        if (granted.length > 0) can(granted, resource);
      }
    });
    abilities.set(`${tenantOf(user)}:u${user}`, ability);
  }
  return {
    rbac: {
      questions: roleQuestions(users),
      decide: ({ subject, tenant, resource, action }) =>
        abilities.get(`${tenant}:${subject}`)?.can(action, resource) === true,
    },
  };
});
