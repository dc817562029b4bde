// Written by npm run docs from results/.
globalThis.transportLabDocs = {
 "runs": [
  {
   "id": "2026-11-22t151033z",
   "headline": "websocket and sse deliver in 3.93 ms on average, short-polling in 502 ms",
   "facts": [
    [
     "Date",
     "2026-11-22 15:10 UTC"
    ],
    [
     "Machine",
     "Intel(R) Xeon(R) Processor, 2 cores, 24 GiB of memory"
    ],
    [
     "System",
     "Linux 6.18.44-fc-v595 x64"
    ],
    [
     "Load at the start",
     "1.09, 1.47, 1.79"
    ],
    [
     "Node",
     "v20.20.2"
    ],
    [
     "Packages",
     "ws 8.23.0, express 5.3.0, eventsource-parser 3.1.1, autocannon 9.0.0, hdr-histogram-js 3.0.1"
    ],
    [
     "Commit",
     "1ff026c0a0d5e2bab703910bde20c641ea9e6b9d"
    ],
    [
     "Command",
     "npm run bench"
    ],
    [
     "Run",
     "2026-11-22t151033z"
    ]
   ],
   "warnings": [
    "The machine was busy when the run began (load average 1.1 on 2 cores): close other programs and run again before you rely on the figures."
   ],
   "scenarios": [
    {
     "name": "steady",
     "conditions": "50 clients, 5 messages a second at random times, 5 rounds of 6 s, a poll every 1 s, holds of 30 s",
     "findings": [
      {
       "about": "Lowest latency",
       "text": "websocket and sse with 3.93 ms on average (no clear difference); long-polling 2.2 times as much; short-polling 128 times as much."
      },
      {
       "about": "Fewest requests",
       "text": "sse and websocket with 0 per delivery; short-polling 0.200 per delivery; long-polling 0.993 per delivery."
      },
      {
       "about": "Fewest bytes",
       "text": "sse and websocket with 237 per delivery (no clear difference); short-polling 1.19 times as much; long-polling 2.4 times as much."
      },
      {
       "about": "Least server CPU",
       "text": "sse and websocket with 66.6 µs per delivery (no clear difference); long-polling 2.7 times as much; short-polling 3.4 times as much."
      },
      {
       "about": "Mind",
       "text": "a long poll ends with every message, while one short poll takes along all that came in its interval; with less than about one message per interval it is the other way round."
      }
     ],
     "warnings": [],
     "charts": [
      {
       "id": "latency",
       "kind": "points",
       "title": "websocket and sse: 3.93 ms from sending to receipt on average; short-polling: 502 ms",
       "axis": "Delivery latency in ms, logarithmic",
       "scale": "logarithmic",
       "conditions": "50 clients, 5 messages a second at random times, 5 rounds of 6 s, a poll every 1 s, holds of 30 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "Delivery latency in ms by transport. short-polling p50 502, p90 902, p99 992, max 1,009; long-polling p50 7.76, p90 14.4, p99 23.9, max 27.6; sse p50 4.02, p90 7.43, p99 10.5, max 10.8; websocket p50 3.59, p90 5.78, p99 7.76, max 8.20.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "p50",
           "value": 501.60200000000003,
           "low": 498.966,
           "high": 504.252,
           "predicted": 501.875
          },
          {
           "label": "p90",
           "value": 902.034,
           "low": 897.097,
           "high": 906.9970000000001,
           "predicted": 901.875
          },
          {
           "label": "p99",
           "value": 992.457,
           "low": 989.173,
           "high": 995.751,
           "predicted": 991.875
          },
          {
           "label": "max",
           "value": 1009.32,
           "low": 989.45,
           "high": 1029.59,
           "predicted": 1001.88
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "p50",
           "value": 7.7616700000000005,
           "low": 5.64799,
           "high": 10.6664,
           "predicted": 6.33604
          },
          {
           "label": "p90",
           "value": 14.441600000000001,
           "low": 10.601799999999999,
           "high": 19.6722,
           "predicted": 9.90466
          },
          {
           "label": "p99",
           "value": 23.9378,
           "low": 15.3058,
           "high": 37.438,
           "predicted": 10.707600000000001
          },
          {
           "label": "max",
           "value": 27.5862,
           "low": 18.9629,
           "high": 40.1308,
           "predicted": 11.3384
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "p50",
           "value": 4.01581,
           "low": 2.8768000000000002,
           "high": 5.6058
          },
          {
           "label": "p90",
           "value": 7.425,
           "low": 4.02347,
           "high": 13.7023
          },
          {
           "label": "p99",
           "value": 10.4698,
           "low": 5.1826300000000005,
           "high": 21.1507
          },
          {
           "label": "max",
           "value": 10.8279,
           "low": 5.49922,
           "high": 21.3201
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "p50",
           "value": 3.59002,
           "low": 2.74676,
           "high": 4.69217
          },
          {
           "label": "p90",
           "value": 5.77666,
           "low": 3.81198,
           "high": 8.75394
          },
          {
           "label": "p99",
           "value": 7.7649,
           "low": 4.79159,
           "high": 12.583200000000001
          },
          {
           "label": "max",
           "value": 8.20051,
           "low": 4.90627,
           "high": 13.7066
          }
         ]
        }
       ]
      },
      {
       "id": "requests-per-delivery",
       "kind": "bars",
       "title": "sse and websocket: 0 requests per delivered message; long-polling: 0.993",
       "axis": "HTTP requests per delivered message",
       "scale": "linear",
       "conditions": "50 clients, 5 messages a second at random times, 5 rounds of 6 s, a poll every 1 s, holds of 30 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "HTTP requests per delivered message, by transport. short-polling 0.200; long-polling 0.993; sse 0; websocket 0.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "value",
           "value": 0.199652,
           "low": 0.189806,
           "high": 0.21001,
           "predicted": 0.199521
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "value",
           "value": 0.993243,
           "low": 0.97472,
           "high": 1.01212,
           "predicted": 0.999996
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "value",
           "value": 0,
           "predicted": 0
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "value",
           "value": 0,
           "predicted": 0
          }
         ]
        }
       ]
      },
      {
       "id": "bytes-per-delivery",
       "kind": "bars",
       "title": "sse and websocket: 237 bytes per delivered message; long-polling: 577",
       "axis": "Bytes on the wire per delivered message, both directions",
       "scale": "linear",
       "conditions": "50 clients, 5 messages a second at random times, 5 rounds of 6 s, a poll every 1 s, holds of 30 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "Bytes on the wire per delivered message, both directions, by transport. short-polling 281; long-polling 577; sse 237; websocket 240.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "value",
           "value": 281.178,
           "low": 277.474,
           "high": 284.931
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "value",
           "value": 577.3,
           "low": 570.415,
           "high": 584.268
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "value",
           "value": 237,
           "low": 237,
           "high": 237
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "value",
           "value": 240,
           "low": 240,
           "high": 240
          }
         ]
        }
       ]
      },
      {
       "id": "cpu-per-delivery",
       "kind": "bars",
       "title": "sse and websocket: 66.6 µs of server CPU per delivered message; short-polling: 226 µs",
       "axis": "Server CPU per delivered message, µs",
       "scale": "linear",
       "conditions": "50 clients, 5 messages a second at random times, 5 rounds of 6 s, a poll every 1 s, holds of 30 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "Server CPU per delivered message, µs, by transport. short-polling 226; long-polling 178; sse 66.6; websocket 82.1.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "value",
           "value": 226.379,
           "low": 192.941,
           "high": 265.612
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "value",
           "value": 178.431,
           "low": 159.948,
           "high": 199.05
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "value",
           "value": 66.6097,
           "low": 49.3193,
           "high": 89.9619
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "value",
           "value": 82.1448,
           "low": 70.8504,
           "high": 95.2398
          }
         ]
        }
       ]
      }
     ],
     "tables": [
      {
       "header": [
        "Delivery latency, ms",
        "mean",
        "95 %",
        "predicted",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max"
       ],
       "rows": [
        [
         "short-polling",
         "502",
         "±0.5 %",
         "502",
         "502",
         "902",
         "992",
         "1,003",
         "1,009"
        ],
        [
         "long-polling",
         "8.76",
         "±28 %",
         "6.34",
         "7.76",
         "14.4",
         "23.9",
         "27.4",
         "27.6"
        ],
        [
         "sse",
         "4.52",
         "±41 %",
         "–",
         "4.02",
         "7.43",
         "10.5",
         "10.8",
         "10.8"
        ],
        [
         "websocket",
         "3.93",
         "±33 %",
         "–",
         "3.59",
         "5.78",
         "7.76",
         "8.19",
         "8.20"
        ]
       ]
      },
      {
       "header": [
        "Per delivered message",
        "requests",
        "predicted",
        "bytes",
        "CPU µs"
       ],
       "rows": [
        [
         "short-polling",
         "0.200",
         "0.200",
         "281",
         "226"
        ],
        [
         "long-polling",
         "0.993",
         "1.000",
         "577",
         "178"
        ],
        [
         "sse",
         "0",
         "0",
         "237",
         "66.6"
        ],
        [
         "websocket",
         "0",
         "0",
         "240",
         "82.1"
        ]
       ]
      },
      {
       "header": [
        "Ledger",
        "expected",
        "delivered",
        "missing",
        "duplicated",
        "out of order",
        "closes",
        "requests in all"
       ],
       "rows": [
        [
         "short-polling",
         "23,750",
         "23,750",
         "0",
         "0",
         "0",
         "yes",
         "1,500"
        ],
        [
         "long-polling",
         "23,750",
         "23,750",
         "0",
         "0",
         "0",
         "yes",
         "7,450"
        ],
        [
         "sse",
         "23,750",
         "23,750",
         "0",
         "0",
         "0",
         "yes",
         "0"
        ],
        [
         "websocket",
         "23,750",
         "23,750",
         "0",
         "0",
         "0",
         "yes",
         "0"
        ]
       ]
      }
     ]
    },
    {
     "name": "idle",
     "conditions": "50 clients of each transport at once, 60 s, a poll every 1 s, holds of 30 s, heartbeats every 15 s",
     "findings": [
      {
       "about": "Fewest requests",
       "text": "sse and websocket with 0 an hour; long-polling 120 an hour; short-polling 3,600 an hour."
      },
      {
       "about": "Fewest bytes",
       "text": "websocket with 6.00 kB an hour; sse 1.12 times as much; long-polling 5.5 times as much; short-polling 162 times as much."
      }
     ],
     "warnings": [],
     "charts": [
      {
       "id": "idle-requests",
       "kind": "bars",
       "title": "sse and websocket: 0 requests per client and hour of silence; short-polling: 3,600",
       "axis": "HTTP requests per client and hour in a silent room",
       "scale": "linear",
       "conditions": "50 clients of each transport at once, 60 s, a poll every 1 s, holds of 30 s, heartbeats every 15 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "HTTP requests per client and hour in a silent room, by transport. short-polling 3,600; long-polling 120; sse 0; websocket 0.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "value",
           "value": 3600,
           "predicted": 3600
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "value",
           "value": 120,
           "predicted": 120
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "value",
           "value": 0,
           "predicted": 0
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "value",
           "value": 0,
           "predicted": 0
          }
         ]
        }
       ]
      },
      {
       "id": "idle-bytes",
       "kind": "bars",
       "title": "websocket: 6.00 kB per client and hour of silence; short-polling: 971 kB",
       "axis": "kB per client and hour in a silent room, both directions",
       "scale": "linear",
       "conditions": "50 clients of each transport at once, 60 s, a poll every 1 s, holds of 30 s, heartbeats every 15 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "kB per client and hour in a silent room, both directions, by transport. short-polling 971; long-polling 33.1; sse 6.72; websocket 6.00.",
       "rows": [
        {
         "name": "short-polling",
         "colour": "#c77700",
         "points": [
          {
           "label": "value",
           "value": 971.28
          }
         ]
        },
        {
         "name": "long-polling",
         "colour": "#009e73",
         "points": [
          {
           "label": "value",
           "value": 33.096000000000004
          }
         ]
        },
        {
         "name": "sse",
         "colour": "#0072b2",
         "points": [
          {
           "label": "value",
           "value": 6.72
          }
         ]
        },
        {
         "name": "websocket",
         "colour": "#cc79a7",
         "points": [
          {
           "label": "value",
           "value": 6
          }
         ]
        }
       ]
      }
     ],
     "tables": [
      {
       "header": [
        "Per client and hour",
        "requests",
        "predicted",
        "bytes"
       ],
       "rows": [
        [
         "short-polling",
         "3,600",
         "3,600",
         "971 kB"
        ],
        [
         "long-polling",
         "120",
         "120",
         "33.1 kB"
        ],
        [
         "sse",
         "0",
         "0",
         "6.72 kB"
        ],
        [
         "websocket",
         "0",
         "0",
         "6.00 kB"
        ]
       ]
      }
     ]
    },
    {
     "name": "http-ceiling",
     "conditions": "256 connections, 3 rounds of 1 s",
     "findings": [
      {
       "about": "Ceiling, empty short poll",
       "text": "36,700 a second; 27.2 µs of server CPU each, 1.32 times what a bare node:http server takes for the same request."
      },
      {
       "about": "Ceiling, publishing POST",
       "text": "18,000 a second; 56.0 µs of server CPU each, 1.78 times what a bare node:http server takes for the same request."
      }
     ],
     "warnings": [
      "bare-http (publishing POST): The server was not saturated: the load generator was the limit, and the server could answer more. Its CPU time per request holds all the same."
     ],
     "charts": [
      {
       "id": "http-ceiling",
       "kind": "bars",
       "title": "Server CPU per request, times that of a bare node:http server: empty short poll 1.32, publishing POST 1.78",
       "axis": "Server CPU per request under full load, µs",
       "scale": "linear",
       "conditions": "256 connections, 3 rounds of 1 s",
       "source": "Intel(R) Xeon(R) Processor, 2 cores, Node 20.20.2, 2026-11-22, commit 1ff026c",
       "alt": "Server CPU per request in µs. empty short poll: the lab 27.2; empty short poll: bare-http 20.7; publishing POST: the lab 56.0; publishing POST: bare-http 31.5.",
       "rows": [
        {
         "name": "empty short poll: the lab",
         "colour": "#c77700",
         "points": [
          {
           "label": "CPU µs",
           "value": 27.2399
          }
         ]
        },
        {
         "name": "empty short poll: bare-http",
         "colour": "#8d8d8d",
         "points": [
          {
           "label": "CPU µs",
           "value": 20.6774
          }
         ]
        },
        {
         "name": "publishing POST: the lab",
         "colour": "#d55e00",
         "points": [
          {
           "label": "CPU µs",
           "value": 55.9629
          }
         ]
        },
        {
         "name": "publishing POST: bare-http",
         "colour": "#8d8d8d",
         "points": [
          {
           "label": "CPU µs",
           "value": 31.4955
          }
         ]
        }
       ]
      }
     ],
     "tables": [
      {
       "header": [
        "Ceiling: empty short poll",
        "requests a second",
        "server CPU µs each",
        "% of a core"
       ],
       "rows": [
        [
         "short-polling",
         "36,700",
         "27.2",
         "100"
        ],
        [
         "bare-http",
         "44,640",
         "20.7",
         "92"
        ]
       ]
      },
      {
       "header": [
        "Ceiling: publishing POST",
        "requests a second",
        "server CPU µs each",
        "% of a core"
       ],
       "rows": [
        [
         "http",
         "18,000",
         "56.0",
         "101"
        ],
        [
         "bare-http",
         "24,510",
         "31.5",
         "77"
        ]
       ]
      }
     ]
    }
   ]
  }
 ]
};
