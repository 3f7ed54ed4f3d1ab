import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import type { Logto } from '../logto.ts';
import type { Instance } from '../oidc/instances.ts';
import { input, jsonObject } from './input.ts';
import { found, RequestError, refuseUnknownIds } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { findUser } from './users.ts';

/** A session in the format of the API: oidc-provider's object, and the last sign-in in it. */
function showSession({ submissions }: Logto, { payload, expiresAt }: Instance) {
  const { lastSubmission, clientId } = submissions.of(payload.uid) ?? {
    lastSubmission: null,
    clientId: null,
  };
  return { payload, lastSubmission, clientId, accountId: payload.accountId, expiresAt };
}

function findSession({ logto, params }: Call): Instance {
  const session = logto.instances.list('Session').find(({ payload }) => payload.uid === params['sessionId']);
  if (session === undefined) throw new RequestError('oidc.session_not_found', 404);
  if (session.payload.accountId !== params['userId'])
    throw new RequestError('oidc.invalid_session_account_id', 404);
  return session;
}

/**
 * `revokeGrantsTarget`: `all` also ends the grants of the session; `firstParty` does the same, because all
 * applications here are first-party.
 */
function deleteSession(call: Call): Answer {
  const session = findSession(call);
  if (call.query.has('revokeGrantsTarget')) {
    for (const { grantId } of Object.values(session.payload.authorizations ?? {})) {
      if (grantId !== undefined) call.logto.instances.revokeGrant(grantId);
    }
  }
  call.logto.instances.remove('Session', session.id);
  return {};
}

function listGrants(call: Call): Answer {
  const { directory, instances } = call.logto;
  const grants = instances.list('Grant', findUser(call).id).map(({ id, payload, expiresAt }) => {
    const application = directory.applications.get(payload.clientId ?? '');
    return {
      id,
      payload,
      expiresAt,
      application: application && { id: application.id, name: application.name },
    };
  });
  return { body: { grants } };
}

function deleteGrant({ logto, params }: Call): Answer {
  const { grantId = '', userId } = params;
  const grant = found(logto.instances.get('Grant', grantId));
  if (grant.payload.accountId !== userId) throw new RequestError('oidc.invalid_session_account_id', 404);
  logto.instances.revokeGrant(grantId);
  return {};
}

const creation = z.object({ userId: z.string(), context: jsonObject.optional() });

/** Seconds. */
const expiresIn = 600;

/** A token that can be exchanged once, within ten minutes, for an access token of the user. */
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
        .list('Session', findUser(call).id)
        .map((session) => showSession(call.logto, session)),
    },
  })),
  route('GET /users/:userId/sessions/:sessionId', (call) => ({
    body: showSession(call.logto, findSession(call)),
  })),
  route('DELETE /users/:userId/sessions/:sessionId', deleteSession),
  route('GET /users/:userId/grants', listGrants),
  route('DELETE /users/:userId/grants/:grantId', deleteGrant),
  route('POST /subject-tokens', createSubjectToken),
];
