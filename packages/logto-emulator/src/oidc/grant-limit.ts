import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logto } from '../logto.ts';
import type { RaisedEvent } from '../webhooks/events.ts';

/**
 * `maxAllowedGrants` of an application: when a sign-in exceeds the limit for a user, the oldest grants are
 * revoked and `Grant.LimitExceeded` is raised.
 */
export function limitGrants(provider: Provider, { directory, instances, webhooks, clock }: Logto): void {
  provider.on('authorization.success', (ctx: KoaContextWithOIDC) => {
    const { client, session } = ctx.oidc;
    const application = directory.applications.get(client?.clientId ?? '');
    const max = application?.customClientMetadata.maxAllowedGrants;
    if (application === undefined || max === undefined || session?.accountId === undefined) return;
    const active = instances
      .list('Grant', session.accountId)
      .filter(({ payload }) => payload.clientId === application.id)
      .toSorted((a, b) => (a.payload.iat ?? 0) - (b.payload.iat ?? 0));
    const revoked = active.slice(0, Math.max(0, active.length - max)).map(({ id }) => id);
    if (revoked.length === 0) return;
    for (const id of revoked) instances.revokeGrant(id);

    const { id, type, name, description } = application;
    const event: RaisedEvent = {
      event: 'Grant.LimitExceeded',
      payload: {
        event: 'Grant.LimitExceeded',
        createdAt: new Date(clock.now()).toISOString(),
        ip: ctx.ip,
        userAgent: ctx.get('user-agent') || undefined,
        application: { id, type, name, description },
        userId: session.accountId,
        applicationId: id,
        revokedGrantIds: revoked,
        maxAllowedGrants: max,
        preRevocationActiveGrantCount: active.length,
      },
    };
    void webhooks.raise([event]);
  });
}
