/** A process that reports that it listens, as the server does, and that only SIGKILL ends. */
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
setInterval(() => {}, 60_000);
console.log(JSON.stringify({ msg: 'listening', address: { port: 1 } }));
