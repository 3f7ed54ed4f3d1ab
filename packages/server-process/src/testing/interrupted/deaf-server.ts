/** Reports that it listens, like the server, and ends only by SIGKILL. */
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
setInterval(() => {}, 60_000);
console.log(JSON.stringify({ msg: 'listening', address: { port: 1 } }));
