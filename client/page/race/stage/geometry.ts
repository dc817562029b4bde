// Where things are on the stage: time goes to the right, and each lane has the server's rail above the client's.

/** The part of the width that lies before "now"; behind it stands what is known of the future. */
const NOW_AT = 0.86;
const SERVER_RAIL = 0.24;
const CLIENT_RAIL = 0.68;
/** From the room's line to the lanes. */
const ROOM_LINE_PX = 20;

export interface StageLane {
  readonly name: string;
  readonly top: number;
  readonly height: number;
}

/** In CSS px. */
export interface StageSize {
  readonly width: number;
  readonly height: number;
  /** The strip of the room and of the time axis, on top. */
  readonly roomHeight: number;
  readonly lanes: readonly StageLane[];
  /** Ms from the left edge to "now". */
  readonly windowMs: number;
}

/** Where things of one moment are. */
export interface Places {
  readonly size: StageSize;
  readonly time: number;
  readonly from: number;
  readonly nowX: number;
  x(at: number): number;
}

export function placesAt(size: StageSize, time: number): Places {
  const nowX = Math.round(size.width * NOW_AT);
  const pxPerMs = nowX / size.windowMs;
  return {
    size,
    time,
    from: time - size.windowMs,
    nowX,
    x: (at) => nowX + (at - time) * pxPerMs,
  };
}

export function serverRail({ top, height }: StageLane): number {
  return Math.round(top + height * SERVER_RAIL);
}

export function clientRail({ top, height }: StageLane): number {
  return Math.round(top + height * CLIENT_RAIL);
}

/** Where the room's messages stand. */
export function roomLine({ roomHeight }: StageSize): number {
  return roomHeight - ROOM_LINE_PX;
}
