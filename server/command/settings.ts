// Flags and environment variables as tables: each setting stands once, with its default, its help line and what its
// values may be. Every command of the project reads its flags so.
import { parseArgs } from 'node:util';
import { PathError, readPath } from './paths.ts';
import { withoutPassword } from './redis-address.ts';

/** Thrown for an unknown flag or a bad value; the message says what would be right. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export interface Setting<T> {
  readonly default: T;
  /** What a value looks like in the help text. */
  readonly shape: string;
  readonly help: string;
  /** Given as often as one likes; `parse` has them in lines. */
  readonly repeats?: true;
  /** What the help text says of the default, where that is not the value itself. */
  readonly shown?: string;
  /** @returns the value, or throws a FlagError that says what would be right. */
  readonly parse: (text: string) => T;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ValuesOf<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** A whole number. */
export function integer(defaultValue: number, min: number, max: number, help: string): Setting<number> {
  return {
    default: defaultValue,
    shape: 'N',
    help,
    parse: (text) => {
      const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max)) throw new FlagError(`must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

/** A number that may have a fraction. */
export function decimal(defaultValue: number, min: number, max: number, help: string): Setting<number> {
  return {
    default: defaultValue,
    shape: 'N',
    help,
    parse: (text) => {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max)) throw new FlagError(`must be a number from ${min} to ${max}`);
      return value;
    },
  };
}

/** A limit that 0 turns off. */
export function limit(defaultValue: number, help: string): Setting<number> {
  return integer(defaultValue, 0, 999_999_999_999, `${help}; 0: no limit`);
}

/** `problem` says what would be right, or null. */
export function text(
  defaultValue: string,
  shape: string,
  help: string,
  problem?: (value: string) => string | null,
): Setting<string> {
  return {
    default: defaultValue,
    shape,
    help,
    parse: (value) => {
      const wrong = value === '' ? 'must not be empty' : (problem?.(value) ?? null);
      if (wrong !== null) throw new FlagError(wrong);
      return value;
    },
  };
}

/** A path, with `~/` read as the home folder. */
export function path(defaultValue: string, shape: string, help: string): Setting<string> {
  return { default: defaultValue, shape, help, parse: (value) => pathOf(value) };
}

/** @throws FlagError */
export function pathOf(value: string): string {
  try {
    return readPath(value);
  } catch (error) {
    if (error instanceof PathError) throw new FlagError(error.message);
    throw error;
  }
}

export function choice<T extends string>(defaultValue: T, choices: readonly T[], help: string): Setting<T> {
  return {
    default: defaultValue,
    shape: choices.join('|'),
    help,
    parse: (value) => {
      const found = choices.find((one) => one === value);
      if (found === undefined) throw new FlagError(`must be ${choices.join(' or ')}`);
      return found;
    },
  };
}

/** A list: the flag may be repeated, the environment variable separates by commas. */
export function list(
  shape: string,
  help: string,
  problem: (item: string) => string | null = () => null,
): Setting<readonly string[]> {
  return {
    default: [],
    shape,
    help: `${help}; may be repeated`,
    repeats: true,
    parse: (value) => {
      const items = itemsOf(value);
      for (const item of items) {
        const wrong = problem(item);
        if (wrong !== null) throw new FlagError(wrong);
      }
      return items;
    },
  };
}

/** Texts with commas of their own: one for each time that the flag is given. */
export function each(shape: string, help: string): Setting<readonly string[]> {
  return { default: [], shape, help: `${help}; may be repeated`, repeats: true, parse: (value) => value.split('\n') };
}

/** Some of the choices, separated by commas, in the choices' own order. */
export function some(choices: readonly string[], help: string): Setting<readonly string[]> {
  return {
    default: choices,
    shape: 'LIST',
    help,
    shown: 'all',
    parse: (value) => {
      const items = itemsOf(value);
      if (items.length === 0 || items.some((item) => !choices.includes(item))) {
        throw new FlagError(`must be some of ${choices.join(', ')}`);
      }
      return choices.filter((one) => items.includes(one));
    },
  };
}

/** Given as `--name` or `--no-name`. */
export function toggle(defaultValue: boolean, help: string): Setting<boolean> {
  return {
    default: defaultValue,
    shape: '',
    help,
    parse: (value) => {
      if (value !== 'true' && value !== 'false') throw new FlagError('must be true or false');
      return value === 'true';
    },
  };
}

/** One that may be left out: then its value is null. `shown`: what the help text says of that. */
export function optional<T>(setting: Setting<T>, shown: string): Setting<T | null> {
  return { ...setting, default: null, shown };
}

function itemsOf(value: string): string[] {
  return value
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Named by the contract, without its unit. */
const NAMED_FLAGS: Readonly<Record<string, string>> = { dedupeWindowMs: 'dedupe-window' };

/** @returns a setting's flag, without the dashes. */
export function flagOf(key: string): string {
  return NAMED_FLAGS[key] ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function envOf(key: string): string {
  return `LAB_${flagOf(key).replaceAll('-', '_').toUpperCase()}`;
}

export function defaultsOf<S extends Settings>(settings: S): ValuesOf<S> {
  return Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, setting.default])) as ValuesOf<S>;
}

export interface Given<S extends Settings> {
  readonly values: ValuesOf<S>;
  /** The flags that were given, without their dashes. */
  readonly flags: readonly string[];
  /** What is no flag and no flag's value. */
  readonly others: readonly string[];
}

/**
 * Reads flags, then environment variables (where there is an `env`), then defaults.
 * @returns what was given, or `'help'` where `--help` was among the flags.
 * @throws FlagError for an unknown flag, or a value that is not of its setting's form.
 */
export function readSettings<S extends Settings>(
  settings: S,
  args: readonly string[],
  { env = {}, takesOthers = false }: { env?: Readonly<Record<string, string | undefined>>; takesOthers?: boolean } = {},
): Given<S> | 'help' {
  const { values, positionals: others } = parseFlags(settings, args, takesOthers);
  const given: Readonly<Record<string, unknown>> = values;
  if (given['help'] === true) return 'help';
  const entries = Object.entries(settings).map(([key, setting]) => {
    const flag = given[flagOf(key)];
    if (typeof flag === 'boolean') return [key, flag];
    const fromEnv = env[envOf(key)];
    if (flag === undefined && (fromEnv === undefined || fromEnv === '')) return [key, setting.default];
    const [source, value] =
      flag === undefined
        ? [envOf(key), String(fromEnv)]
        : [`--${flagOf(key)}`, Array.isArray(flag) ? flag.join('\n') : String(flag)];
    try {
      return [key, setting.parse(value)];
    } catch (error) {
      if (error instanceof FlagError)
        throw new FlagError(`${source} ${error.message}, not "${withoutPassword(value.replaceAll('\n', ','))}"`);
      throw error;
    }
  });
  return { values: Object.fromEntries(entries) as ValuesOf<S>, flags: Object.keys(given), others };
}

function parseFlags(settings: Settings, args: readonly string[], allowPositionals: boolean) {
  const options = Object.fromEntries(
    Object.entries(settings).map(([key, { shape, repeats = false }]) => {
      return [flagOf(key), { type: shape === '' ? 'boolean' : 'string', multiple: repeats } as const];
    }),
  );
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowNegative: true,
      allowPositionals,
    });
  } catch (error) {
    // parseArgs' own messages name the flag; a long hint about `--` would not help here.
    throw new FlagError(error instanceof Error ? error.message.replace(/\. To specify.*/s, '') : String(error));
  }
}

/** @returns the lines of `--help`: every setting with its flag, its unit, its default and, where one counts, its variable. */
export function settingsHelp(settings: Settings, hasEnv: boolean): string {
  const lines = Object.entries(settings).map(([key, { shape, help, default: value, shown }]) => {
    const usual = `default ${shown ?? (Array.isArray(value) ? 'none' : String(value))}`;
    const flag = `  --${flagOf(key)} ${shape}`.trimEnd();
    // A switch says by itself what it is without.
    const rest = hasEnv ? [`${envOf(key)}, ${usual}`] : shape === '' ? [] : [usual];
    return [flag, help, ...rest].join('\n      ');
  });
  return lines.join('\n');
}

export const HELP_LINE = '  --help, -h\n      show this text\n';
