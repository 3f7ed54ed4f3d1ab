import { AccountCenter, editableAttributes } from '@latchkey/directory-sync';
import { directoryMapping } from '@latchkey/policy/directory';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { LogtoRefusal, type Management } from '../connect/management.ts';
import { verdictsOf, type Verdict } from './verdict.ts';

/** Checks that users cannot edit the source of attributes that policy conditions depend on. */
export async function examineAccountApi(
  management: Management,
  mapping: Pick<typeof directoryMapping, 'attributes'> = directoryMapping,
): Promise<Verdict> {
  const check = verdictsOf('Logto account API');
  const settings = await management.get('/account-center', AccountCenter).catch(asActionable);
  // A Logto without an account API.
  if (settings instanceof LogtoRefusal && settings.status === 404) return check.ok('Logto has none.');
  if (settings instanceof ActionableError) return check.failedBy(settings);
  const editable = editableAttributes(mapping, settings);
  if (editable.length === 0) return check.ok('users cannot edit the fields that their attributes come from.');
  const named = editable.map(({ name, path }) => `${name} (from ${path.join('.')})`).join(', ');
  return check.failed(
    `Users can edit their own ${named}, so sync ignores it.`,
    'In Logto’s account center, set the field to ReadOnly or Off, or take the attribute from a role in the directory mapping.',
  );
}
