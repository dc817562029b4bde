// What a browser adds to each request beside what the bench's clients send: a made-up visitor's, with cookies as a site
// with a session and statistics has them. Bytes of polls are mostly those of such heads.

/** As Chromium sends them with a `fetch` to its own site; together with the line and Host about 750 bytes. */
export const BROWSER_HEADS: readonly (readonly [name: string, value: string])[] = [
  ['sec-ch-ua-platform', '"Linux"'],
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
  ],
  ['sec-ch-ua', '"Chromium";v="143", "Not A(Brand";v="24"'],
  ['sec-ch-ua-mobile', '?0'],
  ['Accept', '*/*'],
  ['Sec-Fetch-Site', 'same-origin'],
  ['Sec-Fetch-Mode', 'cors'],
  ['Sec-Fetch-Dest', 'empty'],
  ['Referer', 'https://chat.example.org/rooms/42'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept-Language', 'en-GB,en;q=0.9'],
  [
    'Cookie',
    'session=MTczMjU0ODAwMHxEdi1CQkFFQ180SUFBUkFCRUFBQV9nSDI; csrf=9f1c6a0e4d7b42f8; ' +
      'visitor=GA1.1.1482039571.1732548000; visit=GS1.1.1732548000.3.1.1732548321.0.0.0; consent=yes; theme=dark',
  ],
];

/** Of each request: the names, the values, and what stands between and after them. */
export const BROWSER_HEAD_BYTES: number = BROWSER_HEADS.reduce(
  (sum, [name, value]) => sum + name.length + value.length + ': \r\n'.length,
  0,
);
