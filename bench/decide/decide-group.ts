import { z } from 'zod';
import { installPeers } from '../install-peers.ts';
import { startPinned, type PinnedProcess } from '../pinned-process.ts';
import type { Group, Sample, Variant } from '../variant.ts';

const Ready = z.object({ ready: z.literal(true) });
const Measured = z.object({ value: z.number(), cpu: z.number().optional() });

const own = (name: string): URL => new URL(`${name}.ts`, import.meta.url);
const peer = (name: string): URL => new URL(`../peers/${name}.ts`, import.meta.url);

const sizes = [1_000, 100_000];

/** The cost of one decision, in process or in another process on the same machine. */
export const decideGroup: Group = {
  name: 'decide',
  title: 'A decision, by the number of users',
  async variants(stack) {
    await installPeers();
    const processes = new Map<string, Promise<PinnedProcess>>();
    const processOf = (module: URL, users: number): Promise<PinnedProcess> => {
      const key = `${module.pathname} ${users}`;
      const opened = processes.get(key) ?? start(module, users);
      processes.set(key, opened);
      return opened;
    };
    const start = async (module: URL, users: number): Promise<PinnedProcess> => {
      const decider = stack.use(startPinned(0, module, { args: [String(users)] }));
      await decider.received(Ready);
      return decider;
    };
    const variant = (of: {
      id: string;
      title: string;
      module: URL;
      kind?: string;
      users?: number;
      relativeTo?: string;
    }): Variant => {
      const { id, title, module, kind = 'rbac', users = 1_000, relativeTo = `floor-${users}` } = of;
      return {
        id,
        title,
        unit: 'µs',
        faster: 'lower',
        relativeTo,
        async open() {
          const decider = await processOf(module, users);
          const measure = (milliseconds: number): Promise<Sample> =>
            decider.ask(Measured, { kind, milliseconds });
          await measure(500);
          return { measure: () => measure(400) };
        },
      };
    };
    const kinds = [
      ['rbac', 'a role'],
      ['rebac', 'a role three folders up'],
    ] as const;
    return [
      ...sizes.flatMap((users) => {
        const among = `${users.toLocaleString('en-US')} users`;
        return [
          variant({
            id: `floor-${users}`,
            title: `Hand-written map + bitset, ${among}`,
            module: own('floor'),
            users,
          }),
          ...kinds.map(([kind, by]) =>
            variant({
              id: `engine-${kind}-${users}`,
              title: `permit-engine, ${by}, ${among}`,
              module: own('engine'),
              kind,
              users,
            }),
          ),
        ];
      }),
      variant({
        id: 'gate',
        title: "A gate, cached, on Permit's PDP",
        module: own('gates'),
        kind: 'permit',
        relativeTo: 'gate',
      }),
      variant({
        id: 'authzen',
        title: 'A gate, cached, on a PDP by AuthZEN',
        module: own('gates'),
        kind: 'authzen',
        relativeTo: 'gate',
      }),
      variant({ id: 'casl', title: 'CASL, cached abilities, 1,000 users', module: peer('decide-casl') }),
      variant({ id: 'cerbos', title: 'Cerbos, gRPC over a Unix socket', module: peer('decide-cerbos') }),
    ];
  },
};
