// The control for HTTP throughput with a framework: the least that Express can do. It reads each request and answers
// 204. Run as a process of its own.
import express from 'express';

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use((request, response) => {
  request.resume();
  response.status(204).end();
});

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
  }
});
