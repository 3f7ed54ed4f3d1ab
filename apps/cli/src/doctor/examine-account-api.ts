import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { LogtoRefusal, type Management } from '../connect/management.ts';
import { failed, failedBy, ok, type Verdict } from './verdict.ts';

const about = 'Logto account API';

const AccountCenter = z.object({
  enabled: z.boolean(),
  fields: z.record(z.string(), z.string()).default({}),
});

/** Checks that users cannot edit what sync takes their attributes from: conditions of the policy decide by them. */
export async function examineAccountApi(management: Management): Promise<Verdict> {
  const settings = await management.get('/account-center', AccountCenter).catch(asActionable);
  // A Logto without an account API.
  if (settings instanceof LogtoRefusal && settings.status === 404) return ok(about, 'Logto has none.');
  if (settings instanceof ActionableError) return failedBy(about, settings);
  const { enabled, fields } = settings;
  const editable = directoryMapping.attributes.filter(
    ({ path: [field = ''] }) => enabled && fields[field === 'identities' ? 'social' : field] === 'Edit',
  );
  if (editable.length === 0) return ok(about, 'users cannot edit what their attributes come from.');
  const named = editable.map(({ name, path }) => `${name} (from ${path.join('.')})`).join(', ');
  return failed(
    about,
    `Users can edit their own ${named}, and so gain what the policy grants by it.`,
    'In Logto’s account center, set the field to ReadOnly or Off.',
  );
}
