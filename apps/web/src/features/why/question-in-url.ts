import {
  catch as otherwise,
  object,
  optional,
  pipe,
  regex,
  string,
  transform,
  uuid,
  type infer as Infer,
} from 'zod/mini';
import { isPermission } from '../../policy.ts';

const Permission = pipe(
  optional(string()),
  transform((value) => (value !== undefined && isPermission(value) ? value : undefined)),
);

/** The search parameters of the page: the whole question, so that the link can be shared. What cannot be asked is left out. */
export const QuestionInUrl = object({
  person: otherwise(optional(string().check(regex(/^[\w|@+.-]{1,256}$/))), undefined),
  permission: otherwise(optional(Permission), undefined),
  on: otherwise(optional(uuid()), undefined),
});
export type QuestionInUrl = Infer<typeof QuestionInUrl>;
