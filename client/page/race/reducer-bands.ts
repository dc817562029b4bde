// What happened to the race's network, as bands of time.
import { isFields } from '../../transports/wire/checks.ts';
import { type Band, keep, type RaceRecord } from './record.ts';

export function createBands(record: RaceRecord) {
  function set(what: Band['what'], on: boolean, at: number): void {
    const open = record.bands.findLast((band) => band.what === what && band.to === null);
    if (on && open === undefined) keep(record.bands, { what, from: at, to: null });
    if (!on && open !== undefined) open.to = at;
  }

  return {
    set,
    cut: (at: number) => keep(record.bands, { what: 'cut', from: at, to: at }),
    /** As the trace tells them: what is left out is not impaired. */
    impaired(at: number, impairments: object): void {
      const given: Record<string, unknown> = isFields(impairments) ? impairments : {};
      const answers = given['serverToClient'];
      set('silence', given['blackhole'] === true, at);
      set('offline', given['refuse'] === true, at);
      set('idle cut', given['idleCutMs'] !== undefined, at);
      set('buffering proxy', isFields(answers) && answers['holdAnswers'] === true, at);
    },
  };
}
