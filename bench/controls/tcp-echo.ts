// The control for everything: a raw TCP echo. No server on this machine answers sooner.
// Run as a process of its own.
import { createServer } from 'node:net';

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    // The scheme is for those who wait for the line; what it speaks is TCP.
    process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
  }
});
