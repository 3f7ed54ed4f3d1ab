import type { Logger } from 'pino';
import type { ConnectedApplications, UsedApplication } from '../../directory/connected-applications.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { createAdmitApplication, type AdmissionDeps } from './admission.ts';
import { createApplicationsRouter, type ApplicationsRouterDeps } from './applications-router.ts';
import { createConnectionReader } from './connection-reader.ts';
import { createGrants, type GrantsDeps } from './grants.ts';
import { createCanChange, usedApplication } from './views.ts';

export interface ApplicationsOptions
  extends
    Omit<ApplicationsRouterDeps, 'grants' | 'canChangeIn'>,
    Pick<GrantsDeps, 'accounts' | 'now'>,
    Pick<AdmissionDeps, 'permissionsFor' | 'consoleUrl'> {
  readonly log: Logger;
}

export interface Applications extends ConnectedApplications {
  readonly router: ReturnType<typeof createApplicationsRouter>;
  readonly admit: ReturnType<typeof createAdmitApplication>;
}

/** Opens the applications that act for people. */
export function openApplications(options: ApplicationsOptions): Applications {
  const { db, log } = options;
  const onError = (error: unknown): void =>
    log.warn({ err: asError(error) }, 'a connected application is not up to date');
  const grants = createGrants({ ...options, onError });
  const canChangeIn = createCanChange();
  return {
    router: createApplicationsRouter({ ...options, grants, canChangeIn }),
    admit: createAdmitApplication({ ...options, grants, onError }),
    async changingFor(tenant, subjects, router) {
      const [rows, canChange] = await Promise.all([
        createConnectionReader(db, tenant).allowedFor(subjects),
        canChangeIn(router),
      ]);
      const changing = new Map<string, UsedApplication[]>();
      for (const row of rows) {
        const one = usedApplication(row, canChange);
        if (one.canChange) changing.set(row.subject, [...(changing.get(row.subject) ?? []), one]);
      }
      return changing;
    },
    async unusedSince(tenant, since, router) {
      const [rows, canChange] = await Promise.all([
        createConnectionReader(db, tenant).unusedSince(since),
        canChangeIn(router),
      ]);
      return rows.map((row) => ({ subject: row.subject, ...usedApplication(row, canChange) }));
    },
  };
}
