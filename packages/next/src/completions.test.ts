import { join } from 'node:path';
import ts from 'typescript-5.9';
import { expect, test } from 'vitest';

/** In memory, as in an editor. `|` marks the cursor. */
const file = join(import.meta.dirname, 'in-the-editor.ts');
const text = `
import { definePolicy } from '@latchkey/permissions';
import { createLatchkey } from './create-latchkey.ts';
const policy = definePolicy({
  resources: { reports: { actions: ['view', 'create'] } },
  roles: { viewer: { permissions: ['reports:view'] } },
  defaultRole: 'viewer',
});
const { permissions } = createLatchkey({ policy });
`;

function completionsAt(marked: string): string[] {
  const content = `${text}${marked.replace('|', '')}`;
  const read = (path: string): string | undefined => (path === file ? content : ts.sys.readFile(path));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '0',
    getScriptSnapshot(path) {
      const script = read(path);
      return script === undefined ? undefined : ts.ScriptSnapshot.fromString(script);
    },
    getCurrentDirectory: () => import.meta.dirname,
    getCompilationSettings: () => ({
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    }),
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: read,
  });
  const position = text.length + marked.indexOf('|');
  return service.getCompletionsAtPosition(file, position, {})?.entries.map(({ name }) => name) ?? [];
}

test.each([
  "permissions.can('|');",
  "permissions.require('|');",
  "permissions.answers([{ permission: '|' }]);",
])('the editor completes the permissions of the policy in %s', (place) => {
  expect(
    completionsAt(place)
      .filter((name) => name.includes(':'))
      .toSorted(),
  ).toEqual(['reports:create', 'reports:view']);
});
