import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import type { InstalledPackage } from './installed-packages.ts';
import { root } from '../start/settings.ts';

/** The bill of materials of these packages: https://cyclonedx.org/docs/1.6/json/. */
export function makeSbom(packages: readonly InstalledPackage[], version: string) {
  const refs = new Map(packages.map((one) => [one.folder, purlOf(one)]));
  const unique = [...new Map(packages.map((one) => [purlOf(one), one])).values()].toSorted((a, b) =>
    purlOf(a).localeCompare(purlOf(b)),
  );
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: { type: 'application', 'bom-ref': 'latchkey', name: 'latchkey', version },
    },
    components: unique.map((one) => ({
      type: isOurs(one) ? 'application' : 'library',
      'bom-ref': purlOf(one),
      name: one.name,
      version: one.version,
      purl: purlOf(one),
      ...(one.licence !== undefined && {
        licenses: [
          / (?:OR|AND) /.test(one.licence) ? { expression: one.licence } : { license: { id: one.licence } },
        ],
      }),
    })),
    dependencies: [
      { ref: 'latchkey', dependsOn: unique.filter(isOurs).map(purlOf) },
      ...unique.map((one) => ({
        ref: purlOf(one),
        dependsOn: [...new Set(one.needs.flatMap((folder) => refs.get(folder) ?? []))].toSorted(),
      })),
    ],
  };
}

function isOurs({ folder }: InstalledPackage): boolean {
  return !relative(root, folder).startsWith('node_modules');
}

/** https://github.com/package-url/purl-spec: the scope's @ is encoded. */
function purlOf({ name, version }: Pick<InstalledPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
