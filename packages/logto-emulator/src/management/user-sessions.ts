import { z } from 'zod';
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
  return { payload, lastSubmission, clientId, accountId: payload.accountId, expiresAt };
}

function findSession({ logto, params }: Call, accountId?: string): Instance {
  const session = logto.instances
    .list('Session', accountId)
    .find(({ payload }) => payload.uid === params['sessionId']);
  if (session === undefined) throw new RequestError('oidc.session_not_found', 404);
  return session;
}

const deletion = z.object({ revokeGrantsTarget: z.enum(['all', 'firstParty']).optional() });

/**
 * Every value of `revokeGrantsTarget` revokes all grants of the session, because all applications are first-party.
 */
function deleteSession(call: Call): Answer {
  const { revokeGrantsTarget } = input(deletion, Object.fromEntries(call.query), 'query');
  const session = findSession(call);
  if (session.payload.accountId !== call.params['userId'])
    throw new RequestError('oidc.invalid_session_account_id', 404);
  if (revokeGrantsTarget !== undefined) {
    for (const { grantId } of Object.values(session.payload.authorizations ?? {})) {
      if (grantId !== undefined) call.logto.instances.revokeGrant(grantId);
    }
  }
  call.logto.instances.remove('Session', session.id);
  return {};
}

const grantList = z.object({ appType: z.enum(['firstParty', 'thirdParty']).optional() });

/** An unknown user has no grants. All applications are first-party, so `appType=thirdParty` selects none. */
function listGrants({ logto: { directory, instances }, params, query }: Call): Answer {
  const { appType } = input(grantList, Object.fromEntries(query), 'query');
  const active = appType === 'thirdParty' ? [] : instances.list('Grant', params['userId']);
  const grants = active.flatMap(({ id, payload, expiresAt }) => {
    const application = directory.applications.get(payload.clientId ?? '');
    if (application === undefined) return [];
    return { id, payload, expiresAt, application: { id: application.id, name: application.name } };
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
