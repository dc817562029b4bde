// The control for HTTP throughput: the least that node:http can do. It reads each request and answers 204.
// Run as a process of its own; tells its CPU time to the process that started it when asked over the channel.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(204).end();
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
  }
});
