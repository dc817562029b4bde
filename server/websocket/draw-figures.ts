// Prints the figures of docs/websocket-by-hand.md as JSON, by file name: `npm run docs` starts this and writes them.
import { figures } from './figures.ts';

process.stdout.write(JSON.stringify(Object.fromEntries(figures())));
