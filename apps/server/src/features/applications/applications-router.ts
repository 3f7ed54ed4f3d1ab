import { defaultTenant, logtoIdOf } from '@latchkey/directory-sync';
import type { AnyTRPCRouter } from '@trpc/server';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { UsedApplication } from '../../directory/connected-applications.ts';
import { PersonKey } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import { AppError } from '../../platform/app-error.ts';
import { StorableText } from '../../platform/text-input.ts';
import { permitted, permittedInPerson, router, signedIn } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit, type ChangeAction } from '../audit/record.ts';
import { createConnectionReader } from './connection-reader.ts';
import { createBlocks, type Connections } from './connections.ts';
import type { Grants } from './grants.ts';
import { applicationView, nameOf, scopesAmong, usedApplication, type CanChange } from './views.ts';

export interface ApplicationsRouterDeps {
  readonly db: NodePgDatabase;
  readonly connections: Connections;
  readonly grants: Grants;
  readonly canChangeIn: (router: AnyTRPCRouter) => Promise<CanChange>;
  readonly findPeople: FindPeople;
  readonly audit: Pick<Audit, 'changing'>;
  /** The address of the MCP server; `undefined` if it is off. */
  readonly resource: string | undefined;
}

/** An application that a person has connected. */
export interface Connection extends UsedApplication {
  /**
   * `waiting`: until the person allows it here. `blocked`: the organization refuses it. `unused`: the person has
   * consented in Logto, but it was not used here.
   */
  readonly state: 'allowed' | 'waiting' | 'blocked' | 'unused';
  /** Whether Logto has the consent; `null` if it is unknown. */
  readonly hasGrant: boolean | null;
}

/** The maximum length of an address of a client that describes itself. */
const ApplicationRef = z.object({ clientId: StorableText.min(1).max(2_048) });
const PersonRef = z.object({ subject: PersonKey });

interface ApplicationChange {
  readonly action: ChangeAction;
  readonly clientId: string;
  readonly name: string | null;
  readonly subject?: string;
}

export function createApplicationsRouter(deps: ApplicationsRouterDeps) {
  const { db, connections, grants, canChangeIn, findPeople, audit, resource } = deps;

  const connectionsOf = async (tenant: string, subject: string, gated: AnyTRPCRouter) => {
    const [rows, blocks, canChange] = await Promise.all([
      createConnectionReader(db, tenant).ofPerson(subject),
      createBlocks(db, tenant).list(),
      canChangeIn(gated),
    ]);
    const blocked = new Set(blocks.map(({ clientId }) => clientId));
    return (known: Awaited<ReturnType<Grants['of']>>): Connection[] =>
      rows.map((row) => {
        const grant = known?.find(({ clientId }) => clientId === row.clientId);
        return {
          ...usedApplication({ ...row, name: row.name ?? grant?.name ?? null }, canChange),
          state: blocked.has(row.clientId) ? 'blocked' : row.state === 'waiting' ? 'waiting' : 'allowed',
          hasGrant: known === undefined ? null : grant !== undefined,
        };
      });
  };

  /** Records a change about an application, if `make` resolves to `true`. */
  const changing = async (
    ctx: Parameters<typeof originOf>[0],
    { action, subject, clientId, name }: ApplicationChange,
    make: () => Promise<boolean>,
  ): Promise<boolean> => {
    const after = { clientId, name: nameOf({ clientId, name }) };
    return audit.changing({ ...originOf(ctx), action, subject, after }, make);
  };
  const nameIn = (tenant: string, clientId: string) => createConnectionReader(db, tenant).nameOf(clientId);

  return router({
    /** Returns the address that people give to an application, to connect it here; `null` if the MCP server is off. */
    address: signedIn.query(({ ctx: { identity } }) => {
      if (resource === undefined) return null;
      return identity.tenant === defaultTenant ? resource : `${resource}/${logtoIdOf(identity.tenant)}`;
    }),

    /**
     * Returns the caller's connected applications: `{ connections, areGrantsKnown }`. If `areGrantsKnown` is `false`,
     * those that were not used here are missing.
     */
    mine: signedIn.query(async ({ ctx: { identity, router: gated } }) => {
      const { tenant, subject } = identity;
      const [viewsOf, known, canChange] = await Promise.all([
        connectionsOf(tenant, subject, gated),
        grants.of(subject),
        canChangeIn(gated),
      ]);
      const used = viewsOf(known);
      const rest = (known ?? []).filter(
        ({ clientId }, index, all) =>
          !used.some((one) => one.clientId === clientId) &&
          all.findIndex((other) => other.clientId === clientId) === index,
      );
      const unused = rest.map((grant): Connection => {
        const scopes = scopesAmong(grants.scopesOf(grant));
        return {
          ...applicationView(grant),
          state: 'unused',
          scopes,
          canChange: canChange(scopes),
          since: new Date(grant.issuedAt).toISOString(),
          lastUsedAt: null,
          hasGrant: true,
        };
      });
      return { connections: [...used, ...unused], areGrantsKnown: known !== undefined };
    }),

    /**
     * Allows a waiting application to act for the caller in this organization. Idempotent.
     * @throws `APPLICATION_NOT_FOUND`; `FORBIDDEN` if the caller acts for another user
     */
    allow: signedIn.input(ApplicationRef).mutation(async ({ ctx, input: { clientId } }) => {
      const { tenant, subject, actors } = ctx.identity;
      if (actors !== undefined)
        throw new AppError('FORBIDDEN', 'Only the person can allow an application to act for them.');
      const name = (await connections.find({ tenant, subject, clientId })).name;
      await changing(ctx, { action: 'application.allow', clientId, name, subject }, async () => {
        const allowed = await connections.allow({ tenant, subject, clientId });
        if (allowed === undefined) throw notFound(clientId);
        return allowed;
      });
      return { clientId };
    }),

    /**
     * Ends an application of the caller in all organizations, also for tokens that it has. Returns what happened to the
     * consent in Logto: `grant` is `unknown` without access to Logto, and `failed` if Logto did not delete it; the
     * application is refused nevertheless.
     * @throws `APPLICATION_NOT_FOUND`
     */
    disconnect: signedIn.input(ApplicationRef).mutation(async ({ ctx, input: { clientId } }) => {
      const { tenant, subject } = ctx.identity;
      const [isKnown, found] = await Promise.all([
        connections.isKnown({ subject, clientId }),
        connections.find({ tenant, subject, clientId }),
      ]);
      const known = isKnown ? undefined : await grants.of(subject);
      const granted = known?.find((grant) => grant.clientId === clientId);
      if (!isKnown && (known !== undefined || !grants.areReadable) && granted === undefined)
        throw notFound(clientId);
      const inLogto: { grant: Awaited<ReturnType<Grants['remove']>> } = { grant: 'unknown' };
      const name = found.name ?? granted?.name ?? null;
      await changing(ctx, { action: 'application.disconnect', clientId, name, subject }, async () => {
        const wasConnected = await connections.endEverywhere({ subject, clientId });
        inLogto.grant = await grants.remove(subject, clientId);
        return wasConnected || inLogto.grant === 'deleted';
      });
      return inLogto;
    }),

    /** Returns the applications that act for a person in this organization, as `mine`, without unused ones. */
    ofPerson: permitted('members:view')
      .input(PersonRef)
      .query(async ({ ctx, input: { subject } }) => {
        const viewsOf = await connectionsOf(ctx.identity.tenant, subject, ctx.router);
        // Whether a person of another organization has consents stays hidden.
        if (viewsOf(undefined).length === 0) return { connections: [], areGrantsKnown: true };
        const known = await grants.of(subject);
        return { connections: viewsOf(known), areGrantsKnown: known !== undefined };
      }),

    /**
     * Ends an application of a person in this organization. The consent in Logto remains. Returns `{ ended }`, `false` if
     * it had ended already.
     * @throws `APPLICATION_NOT_FOUND`
     */
    disconnectPerson: permittedInPerson('members:remove')
      .input(ApplicationRef.extend(PersonRef.shape))
      .mutation(async ({ ctx, input: { subject, clientId } }) => {
        const key = { tenant: ctx.identity.tenant, subject, clientId };
        const { name } = await connections.find(key);
        const ended = await changing(
          ctx,
          { action: 'application.disconnect', clientId, name, subject },
          async () => {
            const wasConnected = await connections.endIn(key);
            if (wasConnected === undefined) throw notFound(clientId);
            return wasConnected;
          },
        );
        return { ended };
      }),

    /**
     * Lists the applications that act for people in this organization, and the blocked ones: `{ applications }`.
     * `people`: for how many it acts. `waiting`: how many have not allowed it yet.
     */
    list: permitted('members:view').query(async ({ ctx: { identity, router: gated } }) => {
      const [found, blocks, canChange] = await Promise.all([
        createConnectionReader(db, identity.tenant).applications(),
        createBlocks(db, identity.tenant).list(),
        canChangeIn(gated),
      ]);
      const names = await findPeople(blocks.map(({ blockedBy }) => blockedBy));
      const connected = new Set(found.map(({ clientId }) => clientId));
      const none = { people: 0, waiting: 0, scopes: '', lastUsedAt: null };
      const others = blocks.filter(({ clientId }) => !connected.has(clientId));
      const all = [...found, ...others.map(({ clientId, name }) => ({ clientId, name, ...none }))];
      return {
        applications: all.map((one) => {
          const scopes = scopesAmong(one.scopes.split(' '));
          const block = blocks.find(({ clientId }) => clientId === one.clientId);
          return {
            ...applicationView({ clientId: one.clientId, name: one.name ?? block?.name ?? null }),
            people: one.people,
            waiting: one.waiting,
            scopes,
            canChange: canChange(scopes),
            lastUsedAt: one.lastUsedAt?.toISOString() ?? null,
            blocked:
              block === undefined
                ? null
                : {
                    at: block.blockedAt.toISOString(),
                    by: block.blockedBy,
                    byName: names.get(block.blockedBy)?.name ?? null,
                    reason: block.reason,
                  },
          };
        }),
      };
    }),

    /** Returns up to 100 people for whom an application acts, and how many `more` there are. */
    peopleOf: permitted('members:view')
      .input(ApplicationRef)
      .query(async ({ ctx, input: { clientId } }) => {
        const { rows, total } = await createConnectionReader(db, ctx.identity.tenant).peopleOf(clientId);
        const names = await findPeople(rows.map(({ subject }) => subject));
        const people = rows.map(({ subject, lastUsedAt, state }) => ({
          subject,
          name: names.get(subject)?.name ?? null,
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
          state: state === 'waiting' ? ('waiting' as const) : ('allowed' as const),
        }));
        return { people, more: total - people.length };
      }),

    /** Refuses an application for everyone in this organization, also one that nobody has connected yet. Idempotent. */
    block: permittedInPerson('members:remove')
      .input(ApplicationRef.extend({ reason: StorableText.trim().max(500).nullable().default(null) }))
      .mutation(async ({ ctx, input: { clientId, reason } }) => {
        const { tenant } = ctx.identity;
        const name = (await nameIn(tenant, clientId)) ?? null;
        const blockedBy = originOf(ctx).actor.subject;
        await changing(ctx, { action: 'application.block', clientId, name }, () =>
          createBlocks(db, tenant).add({ clientId, name, reason: reason === '' ? null : reason, blockedBy }),
        );
        return { clientId };
      }),

    /** @throws `APPLICATION_NOT_FOUND` */
    unblock: permittedInPerson('members:remove')
      .input(ApplicationRef)
      .mutation(async ({ ctx, input: { clientId } }) => {
        const { tenant } = ctx.identity;
        const name = (await nameIn(tenant, clientId)) ?? null;
        await changing(ctx, { action: 'application.unblock', clientId, name }, async () => {
          if ((await createBlocks(db, tenant).remove(clientId)) === undefined) throw notFound(clientId);
          return true;
        });
        return { clientId };
      }),
  });
}

function notFound(clientId: string): AppError {
  return new AppError('APPLICATION_NOT_FOUND', `There is no connected application ${clientId} here.`);
}
