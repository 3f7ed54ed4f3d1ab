import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import { Hook } from '../connect/logto-state.ts';
import { createManagement, type Management, LogtoRefusal } from '../connect/management.ts';
import type { DoctorEnv } from './environment.ts';
import { examineApplication, examineTrustedApplications } from './examine-application.ts';
import { examineHooks } from './examine-hooks.ts';
import { verdictsOf, type Verdict } from './verdict.ts';
import { AccountCenter, editableAttributes } from '@latchkey/directory-sync';

/** Checks that directory sync can call the Management API, and with it the application and the webhook in Logto. */
export async function examineManagement(env: DoctorEnv): Promise<Verdict[]> {
  const check = verdictsOf('Logto Management API');
  const management = managementOf(env);
  if (management === undefined) {
    return [
      check.skipped(
        'Without a machine-to-machine application, sync has only the webhook payloads, and the application and the webhook cannot be checked.',
        'Set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.',
      ),
    ];
  }
  const hooks = await management.get('/hooks', z.array(Hook)).catch(asActionable);
  if (hooks instanceof ActionableError) return [check.failedBy(hooks)];
  return [
    check.ok(`${env.LOGTO_M2M_APP_ID} can read it.`),
    await examineApplication(env, management),
    ...(await examineTrustedApplications(env, management)),
    await examineAccountApi(management),
    await examineRegistration(management),
    ...(await examineHooks(env, hooks)),
  ];
}

/** The Management API, if the environment has Logto's URL and an application for it. */
export function managementOf(env: DoctorEnv): Management | undefined {
  const { LOGTO_ENDPOINT: endpoint, LOGTO_M2M_APP_ID: appId, LOGTO_M2M_APP_SECRET: appSecret } = env;
  if (endpoint === undefined || appId === undefined || appSecret === undefined) return undefined;
  return createManagement({ endpoint, appId, appSecret, resource: env.LOGTO_MANAGEMENT_RESOURCE });
}

const SignInExperience = z.object({ signInMode: z.string() });

/** Reports open registration, by which anyone gets the default role. */
async function examineRegistration(management: Management): Promise<Verdict> {
  const check = verdictsOf('Logto registration');
  const experience = await management.get('/sign-in-exp', SignInExperience).catch(asActionable);
  if (experience instanceof ActionableError) return check.failedBy(experience);
  if (experience.signInMode === 'SignIn') return check.ok('only administrators create accounts.');
  return check.notice(
    `Anyone can sign up, and every new account gets the role ${directoryMapping.defaultRole}.`,
    'Unless you want that, turn off user registration in Logto’s sign-in experience, under "Sign-up and sign-in".',
  );
}

/**
 * Checks that users cannot edit the source of attributes that policy conditions depend on.
 * @internal exported for tests
 */
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
