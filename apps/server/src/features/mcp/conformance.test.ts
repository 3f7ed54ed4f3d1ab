import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { afterFile } from '../../testing/after-file.ts';
import { portOf } from '../../testing/serve.ts';
import { testMcpResource } from '../../testing/test-issuer.ts';
import { startTestServer } from '../../testing/test-server.ts';

const server = await startTestServer();
const { key } = await server.join({ role: 'admin', firstName: 'Ann', email: 'ann@example.test' });
const claims = { sub: key, aud: testMcpResource, client_id: 'suite', scope: 'access:read requests:write' };
const authorization = `Bearer ${await server.issuer.sign(claims)}`;

/** Adds the token, which the suite cannot send. */
const proxy = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const forwarded = request(
    server.url + url,
    { method, headers: { ...headers, authorization } },
    (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    },
  );
  forwarded.once('error', () => outgoing.destroy());
  incoming.pipe(forwarded);
}).listen(0, '127.0.0.1');
afterFile(async () => {
  proxy.close();
  proxy.closeAllConnections();
});
await new Promise((resolve) => proxy.once('listening', resolve));

/**
 * Its other scenarios need tools, resources and prompts of a reference server. The baselines list them, and the suite
 * fails when one of them passes.
 */
test.each(['2025-11-25', '2026-07-28'])(
  'the suite for %s of the protocol finds only what its baseline lists',
  async (revision) => {
    const url = `http://127.0.0.1:${portOf(proxy.address())}/mcp`;
    const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
    const baseline = new URL(`conformance-${revision}.yaml`, import.meta.url).pathname;
    const args = ['server', '--url', url, '--suite', 'active', '--spec-version', revision];
    const { stdout } = await promisify(execFile)(process.execPath, [
      suite,
      ...args,
      '--expected-failures',
      baseline,
    ]);
    expect(stdout).toContain('✓ tools-list: ');
    expect(stdout).toContain('✓ dns-rebinding-protection: 2 passed');
  },
);
