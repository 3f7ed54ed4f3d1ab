// @vitest-environment node
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { beforeAll, expect, test } from 'vitest';

type OutputFile = Rollup.OutputChunk | Rollup.OutputAsset;

/** The files of an in-memory build. */
function filesOf(result: Awaited<ReturnType<typeof build>>): OutputFile[] {
  const outputs = Array.isArray(result) ? result : 'output' in result ? [result] : [];
  return outputs.flatMap(({ output }): OutputFile[] => output);
}

const scriptsOf = (files: readonly OutputFile[]): Rollup.OutputChunk[] =>
  files.filter((file) => file.type === 'chunk');

let scripts: Rollup.OutputChunk[];
beforeAll(async () => {
  const result = await build({
    root: 'apps/web',
    mode: 'production',
    logLevel: 'silent',
    build: { write: false },
  });
  scripts = scriptsOf(filesOf(result));
});

test('a production build contains neither the devtools panel nor the engine', () => {
  expect(scripts.length).toBeGreaterThan(10);
  const tools = scripts.filter(({ code }) => /latchkey-devtools|Preview as|role_permissions/.test(code));
  expect(tools.map(({ fileName }) => fileName)).toEqual([]);
});

test("the landing page contains neither the router, nor the server's procedures, nor Logto's client", () => {
  const files = new Set<Rollup.OutputChunk>();
  const add = (chunk: Rollup.OutputChunk | undefined): void => {
    if (chunk === undefined || files.has(chunk)) return;
    files.add(chunk);
    for (const name of chunk.imports) add(scripts.find(({ fileName }) => fileName === name));
  };
  for (const entry of ['/index.html', '/src/landing.tsx'])
    add(scripts.find(({ facadeModuleId }) => facadeModuleId?.endsWith(entry)));
  const modules = [...files].flatMap(({ moduleIds }) => moduleIds);
  expect(modules.some((id) => id.endsWith('/landing-page.tsx'))).toBe(true);
  expect(modules.filter((id) => /\/node_modules\/@(?:tanstack|trpc|logto)\//.test(id))).toEqual([]);
});

test('the browser entry point of permissions is at most 3.25 KiB', async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    oxc: { jsx: { development: false } },
    build: {
      write: false,
      rollupOptions: {
        input: 'packages/permissions/src/react/index.ts',
        preserveEntrySignatures: 'strict',
        external: [/^react/],
      },
    },
  });
  const bytes = gzipSync(
    scriptsOf(filesOf(result))
      .map(({ code }) => code)
      .join(''),
  ).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(3_328);
});
