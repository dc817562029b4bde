import { expect, test } from 'vitest';
import { labBeside } from './race-link.ts';

// What the race's address holds is tested beside the race: client/page/race/calculator-link.test.ts.
test('a lab that serves the page is one level above it', () => {
  expect(labBeside(new URL('http://lab.example:9000/docs/index.html#rate=2'), false)).toEqual({
    url: 'http://lab.example:9000/',
    toBeStarted: false,
  });
});

test('from a file, and from a page that stands alone, it is the usual lab of one’s own machine', () => {
  const own = { url: 'http://127.0.0.1:8080/', toBeStarted: true };
  expect(labBeside(new URL('file:///home/ann/lab/docs/index.html'), false)).toEqual(own);
  expect(labBeside(new URL('https://files.example/report.html'), true)).toEqual(own);
});
