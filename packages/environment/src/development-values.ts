/** `process.env`, or a test's own variables. */
export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

interface DevelopmentValue {
  readonly variable: string;
  readonly value: string;
  /** Variables with addresses, all of which must be an emulator's, and the default of each. */
  readonly beside: Readonly<Record<string, string | undefined>>;
}

const besideLogto = { LOGTO_ENDPOINT: undefined };

/** Published, so anyone could send deliveries to a live server that accepts it. */
export const developmentSigningKey = 'latchkeyDevelopmentSigningKey000';

/**
 * Published values, from `.env.example` or the emulators of `pnpm start`. If a live server used these secrets, anyone
 * could become its administrator.
 */
export const developmentValues: readonly DevelopmentValue[] = [
  { variable: 'LOGTO_APP_ID', value: 'latchkeyconsoleweb001', beside: besideLogto },
  {
    variable: 'LOGTO_WEBHOOK_SIGNING_KEYS',
    value: developmentSigningKey,
    beside: besideLogto,
  },
  { variable: 'LOGTO_M2M_APP_ID', value: 'latchkeystartmachine1', beside: besideLogto },
  { variable: 'LOGTO_M2M_APP_SECRET', value: 'latchkeyDevelopmentMachineSecret', beside: besideLogto },
  {
    variable: 'PERMIT_API_KEY',
    value:
      'permit_key_EnvironmentDevelopmentOnlyDevelopmentOnlyDevelopmentOnlyDevelopmentOnlyDevelopmentOnly',
    beside: { PERMIT_API_URL: 'https://api.permit.io', PERMIT_PDP_URL: undefined },
  },
];

/**
 * Returns a line for each development value that is set beside a live address. Emulators listen only on loopback, so
 * every other address is live.
 * @param source - the raw variables, before a schema transforms them
 */
export function developmentValuesInUse(source: EnvironmentSource): string[] {
  return inUse(source).map(
    ({ variable, live }) =>
      `${variable} is the published development value, and ${live} is not an emulator's address: set your own`,
  );
}

/** Also lists the values beside a local address where no emulator answers: a real Logto may run there. */
export async function unconfirmedDevelopmentValues(source: EnvironmentSource): Promise<string[]> {
  return inUse(source, await findLive(source)).map(
    ({ variable, live }) =>
      `${variable} is the published development value, and no emulator answers at ${live}: set your own`,
  );
}

/** Removes only the values beside a live address. */
export function withoutDevelopmentValues(source: EnvironmentSource): EnvironmentSource {
  return without(source, inUse(source));
}

/** Also removes the values beside a local address where no emulator answers. */
export async function withoutUnconfirmedDevelopmentValues(
  source: EnvironmentSource,
): Promise<EnvironmentSource> {
  return without(source, inUse(source, await findLive(source)));
}

function without(
  source: EnvironmentSource,
  values: readonly Pick<DevelopmentValue, 'variable' | 'value'>[],
): EnvironmentSource {
  const own: Record<string, string | undefined> = { ...source };
  for (const { variable, value } of values) {
    own[variable] = partsOf(source[variable])
      .filter((part) => part !== value)
      .join(',');
  }
  return own;
}

function inUse(source: EnvironmentSource, isLive = cannotBeEmulated) {
  return developmentValues.flatMap((known) => {
    // Signing keys are a list, in which one development key is enough.
    const isSet = partsOf(source[known.variable]).includes(known.value);
    const live = Object.entries(known.beside).find(([name, ifUnset]) => isLive(source[name] ?? ifUnset));
    return isSet && live !== undefined ? [{ ...known, live: live[0] }] : [];
  });
}

/**
 * Probes the first address of each development value that is set. The only second one is the PDP's, which has no
 * accounts.
 */
async function findLive(source: EnvironmentSource): Promise<(address: string | undefined) => boolean> {
  const addresses = developmentValues
    .filter(({ variable, value }) => partsOf(source[variable]).includes(value))
    .flatMap(({ beside }) => Object.keys(beside).slice(0, 1))
    .map((name) => source[name])
    .filter((address): address is string => address !== undefined && URL.canParse(address));
  const notEmulated = new Set<string | undefined>();
  for (const address of new Set(addresses))
    if (cannotBeEmulated(address) || !(await isEmulator(address))) notEmulated.add(address); // oxlint-disable-line no-await-in-loop -- two at most
  return (address) => cannotBeEmulated(address) || notEmulated.has(address);
}

function partsOf(value: string | undefined): string[] {
  return (value ?? '').split(',').map((part) => part.trim());
}

/**
 * Whether no emulator can run at an address. Names that end in `.example` or `.test` are reserved (RFC 2606), so no
 * live server has one. `false` for an invalid URL, which another check reports.
 */
function cannotBeEmulated(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return !/^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:.*\.)?(?:localhost|example|test))$/.test(hostname);
}

/** Milliseconds, for an emulator on this machine. */
const deadline = 5_000;

/**
 * Whether an emulator answers at an address. Only emulators list faults as JSON: a real Logto answers unknown paths
 * with 200 and a page. Resolves to `false` when nothing answers.
 */
export async function isEmulator(address: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_emulator/faults', address), {
      redirect: 'manual',
      signal: AbortSignal.timeout(deadline),
    });
    return Array.isArray(await response.json());
  } catch {
    return false;
  }
}
