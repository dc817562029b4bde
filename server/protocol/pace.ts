// When a client of a transport asks: every interval, whenever its last request was answered, or once, and is then told.

export type Pace = 'clock' | 'held' | 'stream';
