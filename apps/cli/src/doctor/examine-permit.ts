import { permissionsOf, type Policy } from '@latchkey/permissions';
import {
  changesIn,
  createPermitClient,
  planPolicy,
  readEnvironment,
  type PlanOptions,
} from '@latchkey/permissions/policy';
import { z } from 'zod';
import { explainVendorFailure } from '../explain-vendor-failure.ts';
import { postJson } from '../http/request.ts';
import type { DoctorEnv } from '../env.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

const nameTable = 'Pass it to compare it with Permit and to check the PDP: --table src/policy.ts.';

export async function examinePermit(
  env: Pick<DoctorEnv, 'PERMIT_API_KEY' | 'PERMIT_API_URL' | 'PERMIT_PDP_URL'>,
  policy: Policy | undefined,
  planOptions: PlanOptions = {},
): Promise<Verdict[]> {
  const { PERMIT_API_KEY: key, PERMIT_API_URL: apiUrl, PERMIT_PDP_URL: pdpUrl } = env;
  if (key === undefined) {
    return [
      verdictsOf('Permit').skipped(
        'PERMIT_API_KEY is not set.',
        "Copy the environment's key from Permit's settings.",
      ),
    ];
  }
  const ofKey = await examineKey(apiUrl, key);
  if (policy === undefined)
    return [ofKey, verdictsOf('Policy').skipped('No policy table is given.', nameTable)];
  const ofPolicy =
    ofKey.state === 'ok' ? [await examinePolicy({ apiUrl, apiKey: key }, policy, planOptions)] : [];
  return [ofKey, ...ofPolicy, await examinePdp({ pdpUrl, key }, policy)];
}

export async function examineKey(apiUrl: string, apiKey: string): Promise<Verdict> {
  const check = verdictsOf('Permit API key');
  try {
    const client = createPermitClient({ apiUrl, apiKey, deadline: 5_000 });
    return check.ok(`opens environment ${await client.environment()}.`);
  } catch (error) {
    return check.failedBy(explainVendorFailure(error));
  }
}

async function examinePolicy(
  options: { apiUrl: string; apiKey: string },
  policy: Policy,
  planOptions: PlanOptions,
): Promise<Verdict> {
  const check = verdictsOf('Policy');
  try {
    const plan = planPolicy(policy, await readEnvironment(createPermitClient(options)), planOptions);
    const changes = changesIn(plan);
    if (changes.length === 0) return check.ok(`Permit matches the table, ${plan.steps.length} objects.`);
    const scope = planOptions.scope === 'table' ? ' --scope table' : '';
    const removes = changes.some(({ destructive }) => destructive);
    return check.failed(
      `Differences from the table: ${changes.length}.`,
      `latchkey policy plan${scope} shows them, latchkey policy apply${scope}${removes ? ' --allow-destructive' : ''} updates Permit.`,
    );
  } catch (error) {
    return check.failedBy(explainVendorFailure(error));
  }
}

const Decision = z.object({
  allow: z.boolean(),
  debug: z.looseObject({ rbac: z.looseObject({ code: z.string() }).nullish() }).nullish(),
});

/**
 * Checks a decision of the PDP, because a healthy PDP can still decide wrongly. The decision must be a denial: it is
 * about a permission of the table for an unknown user. With debug output, the PDP names the unknown user as the reason
 * only if it knows the resource and the action.
 */
export async function examinePdp(
  { pdpUrl, key }: { readonly pdpUrl: string | undefined; readonly key: string },
  policy: Policy,
): Promise<Verdict> {
  const check = verdictsOf('PDP');
  if (pdpUrl === undefined) {
    return check.skipped(
      'PERMIT_PDP_URL is not set.',
      'Set it to where the PDP listens, for instance http://localhost:7766.',
    );
  }
  const [permission = ''] = permissionsOf(policy);
  const [type = '', action = ''] = permission.split(':');
  const unknownUser = 'latchkey-doctor-unknown';
  const query = { user: { key: unknownUser }, action, resource: { type, tenant: 'default' }, context: {} };
  const response = await postJson(`${pdpUrl}/allowed`, query, { authorization: `Bearer ${key}` });
  if (typeof response === 'string') {
    return check.failed(
      `${pdpUrl} does not answer: ${response}.`,
      'Start the PDP, or correct PERMIT_PDP_URL.',
    );
  }
  if (response.status === 401 || response.status === 403) {
    return check.failed('The PDP refuses the key.', 'Start the PDP with the key of the same environment.');
  }
  const decision = Decision.safeParse(response.body);
  if (response.status !== 200 || !decision.success) {
    return check.failed(
      `${pdpUrl} answered ${response.status}, not a decision.`,
      'Check that PERMIT_PDP_URL is a PDP, and check its log.',
    );
  }
  const { allow, debug } = decision.data;
  const code = debug?.rbac?.code;
  if (allow) {
    return check.failed(
      `It allows an unknown user to ${permission}.`,
      'Find the rule that grants it to all users: latchkey policy lint.',
    );
  }
  if (code === 'no_such_resource' || code === 'no_such_action') {
    return check.failed(
      `It does not know ${permission}.`,
      'Apply the policy. If it is applied, the PDP serves another environment or has not loaded it yet.',
    );
  }
  return check.ok(
    code === undefined
      ? `denies an unknown user ${permission}.`
      : `knows the table, and denies an unknown user ${permission}.`,
  );
}
