import {
  createLogtoAccounts,
  createLogtoInvitations,
  createLogtoManagement,
  createPermitClient,
  createPermitFacts,
} from '@latchkey/directory-sync';
import { createPermitDirectory, createPermitDecider } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { openFactChanges } from '../directory/fact-changes.ts';
import { createPeople } from '../directory/people.ts';
import { openBus } from '../platform/bus/open-bus.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { oncePerMinute } from '../platform/log/create-logger.ts';
import { recordGap } from '../features/sync/revocations/gaps.ts';
import type { ServiceSettings } from './service-settings.ts';
import type { PdpDecider } from '../directory/decisions.ts';

export type Foundation = Awaited<ReturnType<typeof openFoundation>>;

/**
 * The foundation of all features, in order: the database, the bus, Permit's decisions and facts. `opening` closes them
 * in reverse.
 */
export async function openFoundation(settings: ServiceSettings, opening: AsyncDisposableStack) {
  const { databaseUrl, permit, deadlines = {}, log } = settings;
  const onError = oncePerMinute((err: Error) => log.error({ err }, 'database connection failed'));

  const database = await openDatabase(databaseUrl, onError, {
    deadline: deadlines.database,
    stop: settings.stop,
  });
  settings.tracing?.statements(database.db.$client);
  opening.defer(() => database.close());
  const decider = openDecider(settings);
  opening.defer(() => decider.close());
  let isAlone = false;
  const bus = await openBus({
    url: databaseUrl,
    onError,
    deadline: deadlines.database,
    // Before another replica can join, so that it reads the gap and does not trust old records either.
    async onAlone() {
      isAlone = true;
      await recordGap(database.reserved);
    },
  });
  opening.defer(() => bus.close());
  const factChanges = openFactChanges(bus);
  factChanges.subscribe({
    onMessage: (change) => void decider.invalidate(change),
    onGap: () => void decider.invalidate({}),
  });
  const management = {
    apiUrl: permit.apiUrl,
    apiKey: permit.apiKey,
    ...(deadlines.permitApi !== undefined && { deadline: deadlines.permitApi }),
  };
  const { logto } = settings.sync;
  const directory = createPermitDirectory({ policy, ...management, onChange: factChanges.publish });
  return {
    database,
    bus,
    now: settings.now ?? (() => new Date()),
    decider,
    factChanges,
    directory,
    management,
    permit: createPermitClient(management),
    people: createPeople({ directory, factChanges, patience: deadlines.names }),
    /** For reads by pages and requests, which do not wait long. */
    permitFacts: createPermitFacts(createPermitClient({ deadline: 3_000, ...management })),
    /** The clients of Logto's API; `undefined` in payload mode. */
    logto: logto && {
      management: createLogtoManagement(logto),
      accounts: createLogtoAccounts(logto),
      invitations: createLogtoInvitations(logto),
    },
    /** Whether no other replica was running at start-up, so that earlier deliveries may have been lost. */
    isAlone,
  };
}

/** Notifies the observer of every check, including checks for page buttons, and of every PDP call. */
function openDecider({
  permit,
  deadlines = {},
  observer,
  log,
}: Pick<ServiceSettings, 'permit' | 'deadlines' | 'observer' | 'log'>): PdpDecider {
  const decider = createPermitDecider({
    policy,
    url: permit.pdpUrl,
    apiKey: permit.apiKey,
    apiUrl: permit.apiUrl,
    ...permit.decider,
    ...(deadlines.pdp !== undefined && { deadline: deadlines.pdp }),
    onCall: observer?.pdpCalled,
    onOutage: (warning, err) => log.warn({ err }, warning),
  });
  if (observer === undefined) return decider;
  return {
    ...decider,
    async decide(checks, { onSource } = {}) {
      const sources: Parameters<NonNullable<typeof onSource>>[0][] = [];
      const decisions = await decider.decide(checks, {
        onSource(source, index) {
          sources[index] = source;
          onSource?.(source, index);
        },
      });
      decisions.forEach(({ outcome }, index) => observer.checked(outcome, sources[index]));
      return decisions;
    },
  };
}
