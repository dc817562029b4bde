// The published claims: who says what, in our words; how we repeat it; and by which rules the figures judge it.
import type { ClaimFigureName, ClaimNumber } from '../../run/claims.ts';
import type { Condition, Judgement, Rule } from './verdict.ts';

export interface Claim {
  /** What it is about, in a few words. */
  readonly title: string;
  /** Name, title and year, as far as it has them. */
  readonly source: string;
  /** In our own words. */
  readonly claim: string;
  /** Under which we repeat it, and what differs from theirs. */
  readonly conditions: string;
  readonly judgement: Judgement;
}

/** Judgements name only figures of their own claim. */
interface ClaimOf<Number extends ClaimNumber> extends Claim {
  readonly judgement:
    | {
        readonly rules: readonly (Omit<Rule, 'when'> & {
          readonly when: readonly (Condition & { readonly figure: ClaimFigureName<Number> })[];
        })[];
        readonly otherwise: Omit<Rule, 'when'>;
      }
    | { readonly otherWork: string };
}

export const CLAIMS: { readonly [Number in ClaimNumber]: ClaimOf<Number> } = {
  1: {
    title: 'WebSocket saves a thousand to one',
    source: 'Peter Lubbers and Frank Greco, “HTML5 WebSocket: A Quantum Leap in Scalability for the Web”, about 2010',
    claim:
      'A poll carries 871 bytes of headers and a WebSocket frame two, so that WebSocket has 500 to 1,000 times less ' +
      'header traffic; and its latency is a third, 50 ms instead of 150.',
    conditions:
      'Polls every second, for 30 s in a silent room and at ten messages a second of 100 bytes; 100 ms of round trip for ' +
      'the latencies. All bytes are counted, also those of the messages and of heartbeats every 15 s: a reader pays for ' +
      'these too. The bench’s polls have the least headers that do; a browser’s are longer.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'silentTimes', atLeast: 500 },
            { figure: 'busyTimes', atLeast: 500 },
            { figure: 'meanTimes', atLeast: 2.5 },
          ],
          because: 'in silence as well as in a busy room',
        },
        {
          verdict: 'holds only if',
          when: [
            { figure: 'silentTimes', atLeast: 50 },
            { figure: 'busyTimes', atMost: 5 },
            { figure: 'p95Times', atLeast: 2 },
          ],
          because:
            'hardly anything is said, for headers are paid per poll, and polls bring many messages at once in a busy ' +
            'room; and a third of the latency is what the slowest messages have, not the mean',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'neither the bytes nor the latencies differ as much' },
    },
  },
  2: {
    title: 'A long poll takes one transit, or three',
    source: 'RFC 6202, “Known Issues and Best Practices for the Use of Long Polling and Streaming”, section 2.2, 2011',
    claim:
      'With long polling a message takes about one network transit on average, and more than three at the most, ' +
      'because it may have to wait for the answer before it and for the next request.',
    conditions:
      '100 ms of round trip, a transit being half of what was measured of it; messages at random times, one a second ' +
      'and ten a second. The longest is that of each round. About one is up to 1.3, about three from 2.8 on.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'rareMeanTransits', atMost: 1.3 },
            { figure: 'busyMeanTransits', atMost: 1.3 },
            { figure: 'busyMaxTransits', atLeast: 2.8 },
          ],
          because: 'at both rates',
        },
        {
          verdict: 'holds only if',
          when: [
            { figure: 'rareMeanTransits', atMost: 1.3 },
            { figure: 'busyMaxTransits', atLeast: 2.8 },
          ],
          because:
            'messages are much rarer than round trips; where they are not, the mean grows towards two transits. The ' +
            'longest is as they say',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'mean and longest are not as they say' },
    },
  },
  3: {
    title: 'Ten thousand that poll once a minute',
    source: 'Ilya Grigorik, “High Performance Browser Networking”, chapter on XMLHttpRequest, 2013',
    claim:
      '10,000 clients that poll every 60 s make 167 requests a second; with about 850 bytes of headers each, that is ' +
      '1.13 Mbit/s for nothing.',
    conditions: '1,000 clients that poll every 6 s, which is the same rate, for 12 s in a silent room.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'requestsPerSecond', atLeast: 165, atMost: 169 },
            { figure: 'megabits', atLeast: 0.9, atMost: 1.36 },
          ],
          because: 'both are as they say, within a fifth',
        },
        {
          verdict: 'holds only if',
          when: [{ figure: 'requestsPerSecond', atLeast: 165, atMost: 169 }],
          because:
            'a poll is as long as theirs: the rate is clients over interval, on any machine; the bytes are the ' +
            'client’s headers and cookies, and nothing of polling itself',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'even the number of requests is another' },
    },
  },
  4: {
    title: 'Six streams to a domain',
    source: 'RxDB, “WebSockets vs Server-Sent-Events vs Long-Polling vs WebRTC vs WebTransport”, 2024',
    claim: 'A browser opens no more than six SSE streams to one domain, and 100 over HTTP/2.',
    conditions:
      'In one tab of Chromium: ten native `EventSource` over HTTP/1.1, and 300 over HTTP/2 to a server that names no ' +
      'number of streams, and to one that allows 250. Counted are those that open.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'http1Streams', atLeast: 6, atMost: 6 },
            { figure: 'http2StreamsAllowed', atMost: 100 },
            { figure: 'http2Streams', atLeast: 100, atMost: 100 },
          ],
          because: 'both numbers are the browser’s own',
        },
        {
          verdict: 'holds only if',
          when: [
            { figure: 'http1Streams', atLeast: 6, atMost: 6 },
            { figure: 'http2Streams', atLeast: 100, atMost: 100 },
          ],
          because:
            'the server names no other number: six over HTTP/1.1 is the browser’s, 100 over HTTP/2 only what it assumes ' +
            'until the server allows more',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'this browser opens another number' },
    },
  },
  5: {
    title: 'WebSocket beats SSE by far',
    source:
      'Elof Bigestans, “Real-time Full Duplex Communication Over the Web”, bachelor’s thesis, Högskolan i Skövde, 2014',
    claim: 'WebSocket outperforms SSE by large margins, whatever the network.',
    conditions:
      'Deliveries over 20 and 100 ms of round trip, both transports at once on one schedule of ten messages a second; ' +
      'messages are sent in one way for both. A large margin is from half as much again on.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'times20', atLeast: 1.5 },
            { figure: 'times100', atLeast: 1.5 },
          ],
          because: 'at both distances',
        },
        {
          verdict: 'not reproduced',
          when: [
            { figure: 'times20', atMost: 1.05 },
            { figure: 'times100', atMost: 1.05 },
          ],
          because: 'both deliver over a connection that is open, and that takes one transit either way',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'there is a difference, but no large one' },
    },
  },
  6: {
    title: 'SSE takes less memory than WebSocket',
    source: 'rexai.top, “WebSocket vs SSE Benchmark”, with the figures of Ark Protocol, no year given',
    claim: 'In Rust with Axum a WebSocket takes 52 kB and an SSE stream 31 kB, that is 40 % less.',
    conditions:
      'This lab in Node: 500, 1,000 and 1,500 idle connections one after the other, after garbage collection; the ' +
      'slope of the resident memory, without the kernel’s. Theirs is a ratio of 1.68, ours counts from 1.4 on.',
    judgement: {
      rules: [{ verdict: 'holds', when: [{ figure: 'websocketTimes', atLeast: 1.4 }], because: 'here too' }],
      otherwise: {
        verdict: 'not reproduced',
        because: 'what a connection takes is what a program keeps for it, and no property of either protocol',
      },
    },
  },
  7: {
    title: 'A million connections',
    source: 'Centrifugo, “Million connections with Centrifugo”, 2020, and “Tuning … idle”, 2026',
    claim:
      'A cluster in Go holds a million WebSockets at 30 kB each and makes 500,000 deliveries a second on 40 CPUs, which ' +
      'is 12,500 on each; later an idle one took 27 kB, tuned 10.9, and 4 kB more in the kernel.',
    conditions:
      'One process of this lab, with 1,000 clients and ten messages a second; memory as in claim 6. On the same axes, ' +
      'and no more than that.',
    judgement: {
      otherWork:
        'theirs is a cluster with a broker, TLS and its own protocol on other machines; beside it stands what one process ' +
        'does here, which neither confirms nor refutes it',
    },
  },
  8: {
    title: 'What a broken connection loses',
    source: 'AnyCable, `nodejs-websocket-bench`',
    claim:
      'With a network that is away for 2 s in every 15, servers without resuming lose 13 to 15.5 % of the messages, and ' +
      'those with it none. (And Socket.IO holds 119,826 connections on one event loop, which takes more open files than ' +
      'we ask of a machine, and is not repeated.)',
    conditions:
      'Exactly that: three outages of 2 s in 45 s, ten messages a second, five rounds. Clients of all four transports ' +
      'come back within 250 ms; those that begin anew take what is said from then on, the others read on from their ' +
      'cursor.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'websocketLost', atLeast: 10, atMost: 20 },
            ...(['sseLost', 'longPollingLost', 'shortPollingLost'] as const).map((figure) => ({ figure, atLeast: 10 })),
            ...(['websocketKept', 'sseKept', 'longPollingKept', 'shortPollingKept'] as const).map((figure) => ({
              figure,
              atMost: 0,
            })),
          ],
          because:
            'and it is the resuming, not the transport: without it each of the four loses what is said in the outages, and ' +
            'with it none of them loses anything',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'what is lost is not what they say' },
    },
  },
  9: {
    title: 'A send takes 8 µs, a thousand 10 ms',
    source: 'Hashrocket, “WebSocket Shootout”, 2016',
    claim: 'A broadcast costs 8 to 9 µs for each client in C++ and Go, so that a thousand have it within 10 ms.',
    conditions:
      'One message to 1,000 WebSockets at a time, ten a second, after a second of more than that. The clients are on the ' +
      'same machine, and their work is in the time of the last one. As much is from 4 to 18 µs, and 10 ms up to 20.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'cpuUsPerDelivery', atLeast: 4, atMost: 18 },
            { figure: 'lastReceiverUs', atMost: 20_000 },
          ],
          because: 'in Node too: most of a send is the system’s, whatever the language',
        },
        {
          verdict: 'held then',
          when: [{ figure: 'cpuUsPerDelivery', atMost: 4 }],
          because: 'a send costs less than half of that today',
        },
        {
          verdict: 'holds only if',
          when: [{ figure: 'cpuUsPerDelivery', atLeast: 4, atMost: 18 }],
          because: 'the clients have a machine of their own: the sends cost what they say, and the rest is receiving',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'a send costs more than twice as much here' },
    },
  },
  10: {
    title: 'Two million on one machine',
    source: 'Phoenix, “The Road to 2 Million Websocket Connections”, 2015',
    claim: 'One machine with 40 cores and 128 GB holds two million WebSockets.',
    conditions: 'What one WebSocket takes here, as in claim 6, drawn out to two million; nobody opened these.',
    judgement: {
      otherWork:
        'theirs is a server on a virtual machine that uses all cores; to draw the memory of 1,500 connections out to two ' +
        'million says whether it would fit, and is no measurement',
    },
  },
  11: {
    title: 'A comment every 15 s keeps SSE alive',
    source: 'WHATWG, HTML, section 9.2.7 “Authoring notes”',
    claim: 'Proxies may drop silent connections; a comment every 15 s or so prevents that.',
    conditions:
      'Silent streams for 30 s, with a sign of life every 15 s and every 60 s, through a proxy that ends what is silent ' +
      'for 20 s. Ours is a named event of as many bytes as the figure says, because a page’s script is not told of comments.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'cutWith', atMost: 0 },
            { figure: 'cutWithout', atLeast: 100 },
          ],
          because: 'none was cut with it, each was without, and it costs next to nothing',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'the proxy cut others than those without a sign of life' },
    },
  },
  12: {
    title: 'SSE is seven times slower',
    source: 'DataStream documentation, “Protocol Comparison”, no year given',
    claim:
      'The median latency of WebSocket is 2.1 ms and of SSE 15.3 ms; one connection takes 50,000 messages a second by ' +
      'WebSocket and 20,000 by SSE. How that was measured is not said.',
    conditions:
      'Both at once on one schedule of ten messages a second, without a network between; CPU time per delivery with ' +
      '1,000 clients each, which is what limits a rate. Theirs are ratios of 7.3 and 2.5; ours count from 3 and 1.75 on.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'latencyTimes', atLeast: 3 },
            { figure: 'cpuTimes', atLeast: 1.75 },
          ],
          because: 'in latency and in cost',
        },
      ],
      otherwise: {
        verdict: 'not reproduced',
        because: 'both write the same bytes, but for a few, to a socket that is open',
      },
    },
  },
  13: {
    title: 'Nearly all polls are empty; and where WebSocket wins',
    source:
      'Engin Bozdag, Ali Mesbah and Arie van Deursen, “A Comparison of Push and Pull Techniques for AJAX”, 2007; Victoria ' +
      'Pimentel and Bradford Nickerson, “Communicating and Displaying Real-Time Data with WebSocket”, 2012',
    claim:
      '96 to 98 % of all pulls bring nothing; and WebSocket has the lower latency where a round trip takes longer than the ' +
      'time from one measurement to the next.',
    conditions:
      'Polls every 100 ms with a message for 3 in 100 of them, and with one for each, for 20 s at random times. Long ' +
      'polling beside WebSocket with messages at equal distances: 100 ms of round trip at 4.7 a second, and 300 ms at 9.1. ' +
      'Short polling always waits for half an interval more.',
    judgement: {
      rules: [
        {
          verdict: 'holds',
          when: [
            { figure: 'emptyRare', atLeast: 95, atMost: 99 },
            { figure: 'emptyOften', atLeast: 60 },
            { figure: 'belowTimes', atMost: 1.15 },
            { figure: 'aboveTimes', atLeast: 1.3 },
          ],
          because: 'both',
        },
        {
          verdict: 'holds only if',
          when: [
            { figure: 'emptyRare', atLeast: 95, atMost: 99 },
            { figure: 'emptyOften', atMost: 60 },
            { figure: 'belowTimes', atMost: 1.15 },
            { figure: 'aboveTimes', atLeast: 1.3 },
          ],
          because:
            'there is a message for one poll in thirty or fewer, as e^(−λT) says for messages at rate λ and polls every T; ' +
            'and the second part if messages come at equal distances and the other one is long polling',
        },
      ],
      otherwise: { verdict: 'not reproduced', because: 'the polls or the latencies are not as they say' },
    },
  },
  14: {
    title: 'Six WebSockets to a host',
    source: 'Told on many pages, with no source to name',
    claim: 'A browser allows six WebSockets to one host, as it allows six connections for HTTP/1.1.',
    conditions: '300 WebSockets in one tab of Chromium. Counted are those that open.',
    judgement: {
      rules: [{ verdict: 'holds', when: [{ figure: 'webSockets', atLeast: 6, atMost: 6 }], because: 'six opened' }],
      otherwise: {
        verdict: 'not reproduced',
        because: 'WebSockets have a limit of their own, far above that of HTTP/1.1',
      },
    },
  },
};

/** @returns the claim of that number; undefined where there is none, as of a newer bench. */
export function claimOf(claim: number): Claim | undefined {
  const claims: Readonly<Record<number, Claim>> = CLAIMS;
  return claims[claim];
}

/** @returns the command that repeats that claim alone. */
export function commandOf(claim: number): string {
  return `npm run bench -- --scenarios folklore --claims ${claim}`;
}
