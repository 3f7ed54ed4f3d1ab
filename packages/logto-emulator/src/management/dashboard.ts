import { route, type Answer, type Call, type Route } from './route.ts';

const day = 24 * 60 * 60 * 1000;

/** New users of the last days, up to now, and the difference to as many days before. */
function newUsers({ logto }: Call): Answer {
  const users = [...logto.directory.users.values()];
  const now = logto.clock.now();
  const today = now - (now % day);
  const createdIn = (from: number, to: number): number =>
    users.filter(({ createdAt }) => createdAt >= from && createdAt < to).length;
  const window = (from: number, length: number) => {
    const count = createdIn(from, now + 1);
    return { count, delta: count - createdIn(from - length, from) };
  };
  return { body: { today: window(today, day), last7Days: window(today - 6 * day, 7 * day) } };
}

export const dashboardRoutes: readonly Route[] = [
  route('GET /dashboard/users/total', ({ logto }) => ({
    body: { totalUserCount: logto.directory.users.size },
  })),
  route('GET /dashboard/users/new', newUsers),
];
