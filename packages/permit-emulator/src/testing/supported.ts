import type { Hono } from 'hono';

/** The registered routes of all apps. The management API's operations are in the order of the vendor's names. */
export interface RegisteredRoutes {
  readonly api: readonly { readonly method: string; readonly path: string }[];
  readonly pdp: Pick<Hono, 'routes'>;
  readonly opa: Pick<Hono, 'routes'>;
  readonly control: Pick<Hono, 'routes'>;
}

function list(operations: Iterable<{ readonly method: string; readonly path: string }>): string {
  const lines = new Set([...operations].map(({ method, path }) => `- \`${method} ${path}\``));
  return [...lines].join('\n');
}

const topicOf = (path: string): string => path.split('/').slice(0, 3).join('/');

/** Groups operations by the topic in their path. */
function topics(operations: RegisteredRoutes['api']): string {
  const groups = Map.groupBy(operations, ({ path }) => topicOf(path));
  return [...groups].map(([topic, of]) => `### ${topic}\n\n${list(of)}`).join('\n\n');
}

/** The known differences from the vendor, and the choices where nothing public is known. */
const ledger = `## Not supported

Each of these answers 501 in Permit's own error shape; a path that Permit does not have, 404.

- \`/trino/*\`, \`/cloud/*\`, \`/sdk/*\`, \`/update_policy\`, \`/control-plane/*\`: the PDP's internal endpoints for the cloud and for Trino.
- The management API's groups, invites, access requests, Elements, e-mails, policy repositories, policy guards, history and OPAL
  scopes, roles in bulk, and the ancestors and descendants of roles and condition sets.

And these:

- The PDP's own cache (\`PDP_CACHE_STORE\`): it is off by default, in the PDP and here. \`Cache-Control\` is accepted and has no effect.
- \`custom\` Rego: the emulator does not run Rego.

## Known differences

- AuthZEN searches follow the specification. The vendor's search for resources ignores the action, its search for actions returns
  \`type:action\`, and both misread a tenant.
- \`/allowed_url\` matches regular expressions with JavaScript's syntax; named groups in Python's syntax are converted.
- \`condition_set_rules_expand\` equals \`condition_set_rules\`.
- A snapshot does not contain memberships without a role.
- The audit log has the last 10,000 decisions; with a data folder it survives a restart, but for the last moment before \`kill -9\`.
- \`GET /v1/policies\` of OPA lists modules by the vendor's names; there is no Rego in them. \`/v2/openapi.json\` has no schemas.
- \`elements_login_as\` answers an address of Permit; the emulator has no Elements.
- Members are stored as they are invited; nothing is sent, and a member has no access.
- The hosted PDP (\`--hosted-pdp\`) refuses any question with attributes; it leaves out the role \`tenant-association\`, which the real one lists.
- Limits (\`--free-plan\`, \`--hosted-pdp\`) count per API key, in windows of a minute that begin with the first request.
- \`pdps/configs/{pdp_id}/values\` has the vendor's fields with empty addresses: there is no OPAL server.
- Keys have no members: \`created_by_member\` and \`last_used_at\` are \`null\`.

## Choices where nothing is public

- \`PUT users\` with \`role_assignments\`: the complete set of tenant roles, others are removed; without it, roles stay.
- A role on an instance counts whichever tenant a check names, and without one: the vendor's graph is not told the tenants of instances.
- \`{proj_id}\` in \`GET /v2/api-key/{p}/{e}\` is understood, because the vendor's command-line tool sends it so with an organization's key.
- Users are searched by e-mail, and those without one by key, as the vendor's own test does.
- A tenant without attributes has \`{}\`, but \`null\` in the answer to its creation, as the vendor's own test expects.
- \`--strict\` refuses with 400, by the codes of Permit that fit best: \`INVALID_INPUT\`, \`MISSING_RESOURCE_ATTRIBUTE\`,
  \`MISMATCH_ATTRIBUTES_TYPES\`. Attributes of users and tenants need no definition.
- The free plan's limits are the stricter documented ones: 300 writes and 60 deletions a minute, 100 bulk calls in 10 minutes.
- A repeated role assignment or relationship tuple is refused with 409.
- A permission that is not defined is refused with 404 \`MISSING_PERMISSIONS\`; a resource's key alone means all of its actions.
- A PATCH that names \`actions\`, \`attributes\`, \`roles\` or \`relations\` of a resource replaces the map.

## Reproduced bugs of the vendor

\`--no-vendor-quirks\` (\`vendorQuirks: false\`) turns these off.

- \`DELETE tenants/{tenant_id}/users/{user_id}\` removes the roles, but the user is still listed as a member of the tenant.
- Roles on instances are written \`document:d1#owner\` in \`/authorized_users\` and in \`debug\`; the documentation writes \`owner\`.
- Deleting users in bulk keeps their role assignments; a user who is created again has them again.
`;

/** The text of SUPPORTED.md. */
export function renderSupported({ api, pdp, opa, control }: RegisteredRoutes): string {
  return `# What is supported

Generated from the registered routes by this package's tests. To change it, change the routes, then run the tests with \`-u\`.

## Management API

${api.length} of the 252 operations of Permit's OpenAPI document.

${topics(api)}

## PDP

${list(pdp.routes)}

## OPA

${list(opa.routes)}

## The emulator's control API, on every port

${list(control.routes)}

${ledger}`;
}
