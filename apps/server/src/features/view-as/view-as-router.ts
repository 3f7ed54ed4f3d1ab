import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import { callerOf, type ViewAsTarget } from '../../authentication/identity.ts';
import { PersonKey } from '../../directory/directory-person.ts';
import type { FindPerson } from '../../directory/find-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { permittedInPerson, router, signedIn } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { requireNoMoreRights, type RightsDeps } from './require-no-more-rights.ts';
import { RowId } from '../../platform/text-input.ts';
import type { ViewAsStore } from './view-as-store.ts';

const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), subject: PersonKey }),
  z.object({ kind: z.literal('role'), role: z.enum(rolesOf(policy)) }),
]);

const ViewRef = z.object({ id: RowId });

export interface RunningView {
  readonly id: string;
  /** Who is viewed. `name` is `null` if it is unavailable. */
  readonly target:
    | { readonly kind: 'person'; readonly subject: string; readonly name: string | null }
    | { readonly kind: 'role'; readonly role: string };
  /** The remaining milliseconds, not the time of the end, because the browser's clock may differ from the server's. */
  readonly left: number;
}

export interface ViewAsRouterDeps {
  readonly store: ViewAsStore;
  readonly rights: RightsDeps;
  readonly findPerson: FindPerson;
  readonly findPeople: FindPeople;
  readonly now: () => Date;
}

/** The header `x-latchkey-view-as` names the view in which a call is made. `trpc.ts` refuses mutations in views. */
export function createViewAsRouter(deps: ViewAsRouterDeps) {
  const shown = async (id: string, target: ViewAsTarget, endsAt: Date): Promise<RunningView> => ({
    id,
    target:
      target.kind === 'role'
        ? target
        : {
            ...target,
            name: (await deps.findPeople([target.subject])).get(target.subject)?.name ?? null,
          },
    left: Math.max(0, endsAt.getTime() - deps.now().getTime()),
  });

  return router({
    /**
     * Starts a view for fifteen minutes, as `{ kind: 'person', subject }` or `{ kind: 'role', role }`, and ends the
     * caller's other view, if any. Returns `{ id, target, left }`.
     * @throws `PERSON_NOT_FOUND`, `MEMBER_SUSPENDED`, `VIEW_AS_NOT_POSSIBLE` if the target is the caller or a machine,
     *   `VIEW_AS_MORE_RIGHTS`
     */
    start: permittedInPerson('members:view-as')
      .input(Target)
      .mutation(async ({ ctx, input: target }) => {
        await requireViewable(ctx, target);
        await requireNoMoreRights(ctx, target, deps.rights);
        const actor = ctx.identity.subject;
        const { id, endsAt } = await deps.store.start({ origin: originOf(ctx), actor, target });
        return shown(id, target, endsAt);
      }),

    /** Returns the view in which this call is made, or `null`. @throws `VIEW_AS_ENDED` */
    current: signedIn.query(async ({ ctx: { identity } }) => {
      const { viewAs } = identity;
      return viewAs === undefined ? null : shown(viewAs.id, viewAs.target, viewAs.endsAt);
    }),

    /** Ends a view of the caller, whether or not the call is made in it. Does nothing if the view has already ended. */
    end: signedIn
      .meta({ isForViews: true })
      .input(ViewRef)
      .mutation(async ({ ctx, input: { id } }) => {
        const { subject } = callerOf(ctx.identity);
        await deps.store.end({ id, actor: subject }, { end: 'hand', requestId: ctx.requestId });
        return { ended: true };
      }),
  });

  async function requireViewable({ identity }: SignedIn, target: ViewAsTarget): Promise<void> {
    if (identity.isMachine === true) throw notPossible('A machine does not use the console.');
    if (target.kind === 'role') return;
    if (target.subject === identity.subject) throw notPossible('You see the console as yourself.');
    const person = await deps.findPerson(target.subject, identity.tenant);
    if (person.isMachine) throw notPossible('A machine does not use the console.');
    if (!person.isActive) throw new AppError('MEMBER_SUSPENDED', 'The account is suspended.');
  }
}

function notPossible(message: string): AppError {
  return new AppError('VIEW_AS_NOT_POSSIBLE', message);
}
