import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import { input, jsonObject } from './input.ts';
import { refuseUnknownIds } from './integrity.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

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

export const subjectTokenRoutes: readonly Route[] = [route('POST /subject-tokens', createSubjectToken)];
