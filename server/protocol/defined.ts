// Fields that are left out where there is nothing to say: an optional property is not one that is `undefined`.

/** The same fields, each of which may be missing, and none of which is `undefined`. */
export type Defined<Fields extends object> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** @returns the fields that have a value, to be spread into an object: `{ id, ...defined({ detail }) }`. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
