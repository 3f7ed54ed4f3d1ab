import { newCachedEnforcer, newEnforcer, newModel } from 'casbin';
import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from '../decide/model.ts';
import { serveDeciders } from '../decide/serve-deciders.ts';

/** Roles in domains, as casbin's own example has them. */
const model = `
[request_definition]
r = sub, dom, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub, r.dom) && r.obj == p.obj && r.act == p.act
`;

await serveDeciders(async (users) => {
  const policies = roles.flatMap((role) =>
    resources.flatMap((resource) =>
      actions.filter((action) => grants(role, resource, action)).map((action) => [role, resource, action]),
    ),
  );
  const holders = Array.from({ length: users }, (_, user) => [`u${user}`, roleOf(user), tenantOf(user)]);
  const plain = await newEnforcer(newModel(model));
  const cached = await newCachedEnforcer(newModel(model));
  for (const enforcer of [plain, cached]) {
    await enforcer.addPolicies(policies);
    await enforcer.addGroupingPolicies(holders);
  }
  const questions = roleQuestions(users);
  return {
    rbac: {
      questions,
      decide: ({ subject, tenant, resource, action }) => plain.enforceSync(subject, tenant, resource, action),
    },
    cached: {
      questions: { ...questions, allowed: questions.allowed.slice(0, 500) },
      decide: ({ subject, tenant, resource, action }) => cached.enforce(subject, tenant, resource, action),
    },
  };
});
