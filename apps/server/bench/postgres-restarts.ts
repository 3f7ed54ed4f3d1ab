import { restartPostgres } from '../src/testing/postgres-restarts.ts';

/** `node bench/postgres-restarts.ts [restarts] [per second]`: ends PostgreSQL again and again below two servers under load. */
const [restarts = 20, perSecond = 200] = process.argv.slice(2).map(Number);
console.log(JSON.stringify(await restartPostgres({ restarts, perSecond })));
