import { permissionsOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { z } from 'zod';
import { RowId, StorableText } from '../../platform/text-input.ts';
import { AppError } from '../../platform/app-error.ts';
import type { ExplainAccess } from '../../directory/access-explanation.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import { PersonKey } from '../../directory/directory-person.ts';
import { permitted, router, signedIn } from '../../platform/trpc/trpc.ts';

const known: ReadonlySet<string> = new Set(permissionsOf(policy));

const Question = z.object({
  permission: StorableText.max(100),
  /** The id of a report or a collection. */
  on: RowId.optional(),
});

export interface WhyRouterDeps {
  readonly explainAccess: ExplainAccess;
  readonly findPerson: FindPerson;
}

export function createWhyRouter({ explainAccess, findPerson }: WhyRouterDeps) {
  return router({
    /**
     * Explains the caller's access. `on` is the id of a report or a collection.
     * @throws `PERMISSION_UNKNOWN`, `REPORT_NOT_FOUND`, `COLLECTION_NOT_FOUND`, `EXPLANATION_UNAVAILABLE`,
     *   `EXPLANATION_LIMIT`, `VIEW_AS_NOT_SHOWN`
     */
    mine: signedIn.input(Question).query(({ ctx, input }) => {
      const { subject, viewAs } = ctx.identity;
      if (viewAs?.target.kind === 'role')
        throw new AppError(
          'VIEW_AS_NOT_SHOWN',
          'A view of a role has no user whose access could be explained.',
        );
      return explainAccess(ctx, {
        subject,
        permission: knownPermission(input.permission),
        instance: instanceOf(input),
      });
    }),

    /**
     * Explains the access of any user in the caller's tenant, who is returned in `person`.
     * @throws the errors of `mine` except `VIEW_AS_NOT_SHOWN`; `PERSON_NOT_FOUND`
     */
    explain: permitted('members:view')
      .meta({
        tool: {
          name: 'why_a_person_can_or_cannot',
          title: 'Why a person can or cannot do something',
          description: 'Explains one permission of a person: what grants it, or what is missing.',
        },
      })
      .input(Question.extend({ person: PersonKey }))
      .query(async ({ ctx, input }) => {
        const question = {
          subject: input.person,
          permission: knownPermission(input.permission),
          instance: instanceOf(input),
        };
        const person = await findPerson(input.person, ctx.identity.tenant);
        return { ...(await explainAccess(ctx, question)), person };
      }),
  });
}

function knownPermission(permission: string): AppPermission {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is one of the policy's
  if (known.has(permission)) return permission as AppPermission;
  throw new AppError('PERMISSION_UNKNOWN', 'The policy has no such permission.');
}

function instanceOf({ permission, on }: z.output<typeof Question>): string | undefined {
  if (on === undefined || /^(?:reports|collections):/.test(permission)) return on;
  throw new AppError('INPUT_INVALID', 'Only permissions on reports and collections are about one of them.');
}
