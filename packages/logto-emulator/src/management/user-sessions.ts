import { z } from 'zod';
import { ceilingOf, isCimdClientId } from '../directory/consent-scopes.ts';
import { standardId } from '../directory/identifiers.ts';
import type { Logto } from '../logto.ts';
import type { Instance } from '../oidc/instances.ts';
import { input, jsonObject } from './input.ts';
import { RequestError, refuseUnknownIds } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

/** oidc-provider's session and its last sign-in. */
function showSession({ submissions }: Logto, { payload, expiresAt }: Instance) {
  const { lastSubmission, clientId } = submissions.of(payload.uid) ?? {
    lastSubmission: null,
    clientId: null,
  };
  const isCimd = clientId !== null && isCimdClientId(clientId);
  const client = isCimd ? { clientId: null, cimdClientId: clientId } : { clientId };
  return { payload, lastSubmission, ...client, accountId: payload.accountId, expiresAt };
}

function findSession({ logto, params }: Call, accountId?: string): Instance {
  const session = logto.instances
    .list('Session', accountId)
    .find(({ payload }) => payload.uid === params['sessionId']);
  if (session === undefined) throw new RequestError('oidc.session_not_found', 404);
  return session;
}

const deletion = z.object({ revokeGrantsTarget: z.enum(['all', 'firstParty']).optional() });

/** `revokeGrantsTarget` revokes the grants of the session, or only those of first-party applications. */
function deleteSession(call: Call): Answer {
  const { revokeGrantsTarget } = input(deletion, Object.fromEntries(call.query), 'query');
  const session = findSession(call);
  if (session.payload.accountId !== call.params['userId'])
    throw new RequestError('oidc.invalid_session_account_id', 404);
  if (revokeGrantsTarget !== undefined) {
    const { directory, instances } = call.logto;
    for (const [clientId, { grantId }] of Object.entries(session.payload.authorizations ?? {})) {
      const isTarget = revokeGrantsTarget === 'all' || ceilingOf(directory, clientId) === undefined;
      if (grantId !== undefined && isTarget) instances.revokeGrant(grantId);
    }
  }
  call.logto.instances.remove('Session', session.id);
  return {};
}

const grantList = z.object({ appType: z.enum(['firstParty', 'thirdParty']).optional() });

/** Applications, and CIMD clients as they were when the user consented. */
function clientOf({ directory }: Logto, { id, payload }: Instance) {
  const { clientId = '' } = payload;
  const application = directory.applications.get(clientId);
  if (application !== undefined) return { id: clientId, name: application.name };
  const client = directory.cimdGrants.get(id);
  return client === undefined ? undefined : { id: clientId, name: client.name ?? clientId };
}

/** An unknown user has no grants. */
function listGrants({ logto, params, query }: Call): Answer {
  const { appType } = input(grantList, Object.fromEntries(query), 'query');
  const grants = logto.instances.list('Grant', params['userId']).flatMap((grant) => {
    const { id, payload, expiresAt } = grant;
    const application = clientOf(logto, grant);
    if (application === undefined) return [];
    const kind = ceilingOf(logto.directory, application.id) === undefined ? 'firstParty' : 'thirdParty';
    return appType === undefined || appType === kind ? { id, payload, expiresAt, application } : [];
  });
  return { body: { grants } };
}

function deleteGrant({ logto, params }: Call): Answer {
  const { grantId = '', userId } = params;
  if (logto.instances.get('Grant', grantId)?.payload.accountId !== userId)
    throw new RequestError('oidc.invalid_grant', 404);
  logto.instances.revokeGrant(grantId);
  return {};
}

const creation = z.object({ userId: z.string(), context: jsonObject.optional() });

/** Seconds. */
const expiresIn = 600;

/** The token can be exchanged once, within ten minutes, for an access token of the user. */
async function createSubjectToken({ logto, body }: Call): Promise<Answer> {
  const { userId, context = {} } = input(creation, body);
  refuseUnknownIds(logto.directory.users, [userId]);
  const subjectToken = `sub_${standardId()}`;
  await logto.instances
    .adapter('SubjectToken')
    .upsert(subjectToken, { accountId: userId, context }, expiresIn);
  return { status: 201, body: { subjectToken, expiresIn } };
}

export const userSessionRoutes: readonly Route[] = [
  route('GET /users/:userId/sessions', (call) => ({
    body: {
      sessions: call.logto.instances
        .list('Session', call.params['userId'])
        .map((session) => showSession(call.logto, session)),
    },
  })),
  route('GET /users/:userId/sessions/:sessionId', (call) => ({
    body: showSession(call.logto, findSession(call, call.params['userId'])),
  })),
  route('DELETE /users/:userId/sessions/:sessionId', deleteSession),
  route('GET /users/:userId/grants', listGrants),
  route('DELETE /users/:userId/grants/:grantId', deleteGrant),
  route('POST /subject-tokens', createSubjectToken),
];
