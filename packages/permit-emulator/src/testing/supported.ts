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
const ledger = `## Not answered

- \`/trino/*\`, \`/cloud/*\`, \`/sdk/*\`, \`/update_policy\`, \`/control-plane/*\`: the PDP's plumbing to the cloud and to Trino.
- The management API's members, invites, access requests, Elements, webhooks, policy repositories and OPA bundles.
- The PDP's own cache (\`PDP_CACHE_STORE\`): it is off by default, and so it is here. \`Cache-Control\` is accepted and changes nothing.
- \`custom\` Rego: there is no Rego in here.

## Known differences

- AuthZEN searches answer as the specification says. The vendor's search for resources does not look at the action, its search for
  actions answers \`type:action\`, and both misread a tenant.
- \`/allowed_url\` matches regular expressions with JavaScript's syntax; named groups in Python's spelling are translated.
- \`condition_set_rules_expand\` repeats \`condition_set_rules\`.
- A snapshot leaves out who belongs to a tenant without a role.
- Decisions are kept in memory, the last 10,000: a restart empties the audit log.
- \`pdps/configs/{pdp_id}/values\` has the vendor's fields with empty addresses: there is no OPAL server.
- Keys have no members: \`created_by_member\` and \`last_used_at\` are \`null\`.

## Chosen where nothing public says

- \`PUT users\` with \`role_assignments\`: the wanted set of tenant roles, others are taken away; without it roles stay.
- A repeated role assignment or relationship tuple is refused with 409.
- A permission that is not defined is refused with 404 \`MISSING_PERMISSIONS\`; one that is a resource's key alone means all its actions.
- Groups are kept as ReBAC: role \`member\` on the group's instance, and a relation \`<group type>-<role>\` with a derivation from it.
- A PATCH that names \`actions\`, \`attributes\`, \`roles\` or \`relations\` of a resource replaces the map.

## Vendor's bugs that are reproduced

\`--no-vendor-quirks\` (\`vendorQuirks: false\`) turns these off.

- \`DELETE tenants/{tenant_id}/users/{user_id}\` takes the roles away, but the user is still listed among the tenant's.
- Deleting users in bulk leaves their role assignments; a user who is created again has them again.
`;

/** The text of SUPPORTED.md. */
export function renderSupported({ api, pdp, opa, control }: RegisteredRoutes): string {
  return `# What is supported

Generated from the registered routes by this package's tests; change it by changing the routes, then run them with \`-u\`.

## Management API

${topics(api)}

## PDP

${list(pdp.routes)}

## OPA

${list(opa.routes)}

## The emulator's own, on every port

${list(control.routes)}

${ledger}`;
}
