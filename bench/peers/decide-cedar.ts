import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from '../decide/model.ts';
import { serveDeciders } from '../decide/serve-deciders.ts';

/** The policies are parsed once; the entities of a check travel with it, which is the only way that this build has. */
await serveDeciders((users) => {
  const policies = roles.flatMap((role) =>
    resources.map((resource) => {
      const granted = actions.filter((action) => grants(role, resource, action));
      if (granted.length === 0) return '';
      const list = granted.map((action) => `Action::"${action}"`).join(', ');
      return `permit(principal in Role::"${role}", action in [${list}], resource == Resource::"${resource}");`;
    }),
  );
  const parsed = preparsePolicySet('bench', { staticPolicies: policies.join('\n') });
  if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message);
  const rolesOf = new Map(
    Array.from({ length: users }, (_, user) => [`${tenantOf(user)}:u${user}`, roleOf(user)]),
  );
  return {
    rbac: {
      questions: roleQuestions(users),
      decide({ subject, tenant, resource, action }) {
        const principal = { type: 'User', id: subject };
        const role = rolesOf.get(`${tenant}:${subject}`) ?? '';
        const answer = statefulIsAuthorized({
          principal,
          action: { type: 'Action', id: action },
          resource: { type: 'Resource', id: resource },
          context: {},
          preparsedPolicySetId: 'bench',
          entities: [{ uid: principal, attrs: {}, parents: [{ type: 'Role', id: role }] }],
        });
        return answer.type === 'success' && answer.response.decision === 'allow';
      },
    },
  };
});
