// Who takes part in a run: readers that keep to one transport, readers that switch, and which of them publish.

export interface Role {
  readonly name: string;
  /** The row of the ledger: a transport’s name, or `switching`. */
  readonly lane: string;
  /** The transport to begin with. */
  readonly transport: string;
  readonly switches: boolean;
  readonly publishes: boolean;
}

const PER_TRANSPORT = 4;
const SWITCHING = 8;
/** One in so many of each lane publishes too. */
const PUBLISHING = 2;

/**
 * @param transports with a single one nobody switches, and more clients keep to it.
 * @param times how many of each there are for every one of the usual cast.
 */
export function castOf(transports: readonly string[], times = 1): readonly Role[] {
  const switching = SWITCHING * times;
  const each = (transports.length === 1 ? PER_TRANSPORT + SWITCHING : PER_TRANSPORT) * times;
  const loyal = transports.flatMap((transport) =>
    Array.from({ length: each }, (_, index) => ({ lane: transport, transport, switches: false, index })),
  );
  const restless = Array.from({ length: transports.length === 1 ? 0 : switching }, (_, index) => ({
    lane: 'switching',
    transport: transports[index % transports.length] ?? '',
    switches: true,
    index,
  }));
  return [...loyal, ...restless].map(({ index, ...role }) => ({
    ...role,
    name: `${role.lane}-${index + 1}`,
    // However many read, as many publish as in the usual cast: what each reader gets is the same.
    publishes: index % (PUBLISHING * times) === 0,
  }));
}
