import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { compareScopes } from '../connect/compare-scopes.ts';
import { mcpResourceOf, type DoctorEnv } from '../env.ts';
import { request } from '../http/request.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

/** Checks what people need in Logto to connect applications, and that the server leads applications to it. */
export async function examineMcp(env: DoctorEnv): Promise<Verdict[]> {
  const resource = mcpResourceOf(env);
  if (resource === undefined) {
    if (env.MCP_RESOURCE === 'off') return [];
    return [verdictsOf('MCP server').skipped('Its address is unknown.', 'Set CONSOLE_URL or MCP_RESOURCE.')];
  }
  const scopes = await examineScopes(env);
  const { LATCHKEY_URL: server, LOGTO_ENDPOINT: endpoint } = env;
  if (server === undefined || endpoint === undefined) return scopes;
  const url = `${server}${metadataPath}${new URL(resource).pathname}`;
  const { verdict } = await examineMetadata(url, { resource, issuer: `${endpoint}/oidc` });
  return [...scopes, verdict];
}

export async function examineScopes(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('MCP scopes');
  const drift = await compareScopes(policy.scopes, env);
  if (typeof drift === 'string') return [check.skipped('They were not compared with Logto.', drift)];
  const verdicts = drift.steps.map(({ about, name, change, differences }) =>
    check.failed(
      change === 'created'
        ? `Logto has no ${about} ${name}.`
        : `The ${about} ${name} in Logto differs from the table: ${differences.join(', ')}.`,
      'latchkey connect logto corrects it. Until then, applications do not get the scopes.',
    ),
  );
  if (drift.unknown.length > 0)
    verdicts.push(
      check.failed(
        `Logto has scopes that the table does not have: ${drift.unknown.join(', ')}.`,
        'They cover no permission: remove them from the API resource in Logto.',
      ),
    );
  if (verdicts.length > 0) return verdicts;
  return [check.ok(`${Object.keys(policy.scopes).join(', ')}: the same in Logto.`)];
}

const metadataPath = '/.well-known/oauth-protected-resource';

const Metadata = z.object({ resource: z.string(), authorization_servers: z.array(z.url()).min(1) });

/** Checks the protected resource metadata (RFC 9728). `expected.issuer` is undefined if it is not known. */
export async function examineMetadata(
  url: string,
  { resource, issuer }: { readonly resource: string; readonly issuer: string | undefined },
): Promise<{ readonly verdict: Verdict; readonly issuer?: string }> {
  const check = verdictsOf('MCP metadata');
  const response = await request(url);
  const metadata = typeof response === 'string' ? undefined : Metadata.safeParse(response.body).data;
  if (metadata === undefined || typeof response === 'string' || response.status !== 200) {
    const answer =
      typeof response === 'string'
        ? `does not answer: ${response}`
        : `answered ${response.status}, not metadata`;
    const fix =
      'Start the server, set its CONSOLE_URL or MCP_RESOURCE, and make the proxy in front of it forward this path.';
    return { verdict: check.failed(`${url} ${answer}.`, fix) };
  }
  const [named = ''] = metadata.authorization_servers;
  if (metadata.resource !== resource) {
    const fix = 'Set the same MCP_RESOURCE or CONSOLE_URL in both places, and restart the server.';
    return {
      verdict: check.failed(`The server is ${metadata.resource}, but ${resource} is expected.`, fix),
      issuer: named,
    };
  }
  if (issuer !== undefined && named !== issuer) {
    const fix = 'Set the same LOGTO_ENDPOINT in both places, and restart the server.';
    return {
      verdict: check.failed(`The server names the issuer ${named}, but ${issuer} is expected.`, fix),
      issuer: named,
    };
  }
  return { verdict: check.ok(`${resource}, with tokens of ${named}.`), issuer: named };
}
