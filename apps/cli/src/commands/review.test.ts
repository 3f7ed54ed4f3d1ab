import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ServerEnvironment } from '../env.ts';
import { connectServer } from '../server/connect-server.ts';
import { runCli, useFolder } from '../testing/run-cli.ts';
import { startSystem } from '../testing/start-system.ts';

const folder = useFolder();
const users = ['ann', 'ben'].map((id) => ({ id, username: id }));
const { env } = await startSystem({ users }, [
  ['ann', 'admin'],
  ['ben', 'editor'],
]);

const run = (...args: readonly string[]) => runCli(['review', ...args], { env });
const start = async (...more: readonly string[]): Promise<string> =>
  (await run('start', '--name', 'November', ...more)).printed[0] ?? '';
const Reviews = z.array(z.object({ id: z.string(), status: z.string() }));
const statusOf = async (id: string): Promise<string | undefined> => {
  const { printed } = await run('status', '--json');
  return Reviews.parse(JSON.parse(printed.join(''))).find((one) => one.id === id)?.status;
};
const evidence = async (): Promise<string> => {
  const id = await start();
  const atServer = connectServer(ServerEnvironment.parse(env));
  await atServer.call((api) => api.reviews.finish.mutate({ id }));
  await vi.waitFor(async () => expect(await statusOf(id)).toBe('closed'), 60_000);
  await atServer.call((api) => api.reviews.addNote.mutate({ id, text: 'Looks right.' }));
  const out = folder('november.json');
  expect((await run('export', id, '--out', out)).printed).toEqual([out]);
  return out;
};

test('start opens a review; status shows its progress and whether it is overdue', async () => {
  const id = await start('--scope', 'privileged', '--days', '3');
  const { code, printed } = await run('status');
  expect(code).toBe(0);
  expect(printed.find((line) => line.startsWith(id))).toMatch(/open +0\/2 +due \d{4}-\d\d-\d\d +November/);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 4 * 86_400_000 });
  try {
    const late = await run('status');
    expect(late.code).toBe(2);
    expect(late.printed.find((line) => line.startsWith(id))).toContain('(overdue)');
  } finally {
    vi.useRealTimers();
  }
  await expect(run('start', '--name', 'None', '--scope', 'nothing')).rejects.toThrow(
    'Allowed choices are all, privileged',
  );
});

test('after Ctrl-C, names a review that it created but did not start, because another run would create another one', async () => {
  const warned: string[] = [];
  const options = { env, warned, interruption: AbortSignal.abort() };
  await expect(runCli(['review', 'start', '--name', 'Half'], options)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(warned).toEqual([
    expect.stringMatching(/^Created [0-9a-f-]{36}/),
    expect.stringMatching(/^The review [0-9a-f-]{36} was created, but not started\./),
  ]);
});

test("export of a review that is not closed fails with the server's code", async () => {
  const id = await start();
  await expect(run('export', id, '--out', folder('open.json'))).rejects.toMatchObject({
    code: 'REVIEW_STATUS',
  });
  await expect(run('export', crypto.randomUUID(), '--out', folder('none.json'))).rejects.toMatchObject({
    code: 'REVIEW_NOT_FOUND',
  });
});

test('verify confirms untouched evidence, and reports a changed row or another key', async () => {
  const file = await evidence();
  const text = await readFile(file, 'utf8');
  const valid = await run('verify', file);
  expect(valid).toMatchObject({ code: 0 });
  expect(valid.printed[0]).toMatch(
    /^November, closed .*: 3 rows \(0 removed, 0 changed to a lesser role\), 1 notes\.$/,
  );
  const keyId = /the key ([0-9a-f]{16})/.exec(valid.printed.join('\n'))?.[1] ?? '';
  expect(await run('verify', file, '--key', keyId)).toMatchObject({ code: 0 });
  expect(await run('verify', file, '--key', '0000000000000000')).toMatchObject({ code: 2 });

  const position = /"position":(\d),"subject":"ben"/.exec(text)?.[1] ?? '';
  await writeFile(folder('edited.json'), text.replace(/("subject":"ben","role":)"editor"/, '$1"viewer"'));
  const changed = await run('verify', folder('edited.json'));
  expect(changed.code).toBe(1);
  expect(changed.printed.slice(1)).toEqual([
    `Row ${position} was changed: ben as viewer.`,
    'The signature does not match this evidence.',
  ]);
  await writeFile(folder('forged.json'), text.replace('"November"', '"\\nValid.\\u001b[8m"'));
  const forged = await run('verify', folder('forged.json'));
  expect(forged.code).toBe(1);
  expect(forged.printed[0]).toMatch(/^ Valid\. \[8m, closed/);
  await writeFile(folder('other.json'), '{}');
  await expect(run('verify', folder('other.json'))).rejects.toMatchObject({ code: 'EVIDENCE_UNREADABLE' });
  await expect(run('verify', folder('missing.json'))).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE' });
});
