// What one configuration key is: its type, default, check, printed form and text, in the types of Kafka's ConfigDef. The
// tables (topic-configs.ts, group-configs.ts, broker/) are made of these; nothing here knows a key by name.

/** Kafka's names of config types. */
export type ConfigType = 'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD'

/** Why a text is not a value: the end of a sentence that begins with the key and the text. */
export interface Refusal {
  readonly refused: string
}

/** The broker's keys that stand behind a topic's or group's key, best first; a number is one unit of it in the unit of the key. */
export type BrokerSynonyms = string | Readonly<Record<string, number>>

/** What every kind of key may say of itself. */
export interface About {
  /** One to three sentences of our own. */
  readonly doc: string
  readonly broker?: BrokerSynonyms
  /** May change while a broker runs: of one broker ('broker') or of all ('cluster'). Absent: read at start only. */
  readonly dynamic?: 'cluster' | 'broker'
  /** Accepted, kept and described as Kafka does, but nothing here depends on it: the reason. */
  readonly noEffect?: string
}

export interface Property<T = unknown> extends About {
  readonly type: ConfigType
  readonly default: T
  /** What `parse` takes, for people: 'at least 1'. Empty where the type says all. */
  readonly accepts: string
  parse(text: string): T | Refusal
  /** The value as Kafka prints it; `null` where it has none. */
  print(value: T): string | null
}

/** The value that a key has in code. */
export type ValueOf<P> = P extends Property<infer T> ? T : never

/**
 * Stands for Kafka's Long.MAX_VALUE ("never", "no limit"): all that numbers cannot hold exactly. Longs at or above it parse
 * to it and print as 9223372036854775807.
 */
export const LONG_MAX = Number.MAX_SAFE_INTEGER

const LONG_MAX_TEXT = '9223372036854775807'

export function isRefusal(parsed: unknown): parsed is Refusal {
  return typeof parsed === 'object' && parsed !== null && 'refused' in parsed
}

interface NumberOptions<D> extends About {
  readonly default: D
  readonly min?: number
  readonly max?: number
  /** A value outside the range that is taken all the same. */
  readonly or?: number
}

type NumberOr<D> = D extends null ? number | null : number
type NumberKind = <const D extends number | null>(options: NumberOptions<D>) => Property<NumberOr<D>>

/** 32 bits. */
export const int: NumberKind = (options) => integer('INT', -(2 ** 31), 2 ** 31 - 1, options)
/** 16 bits. */
export const short: NumberKind = (options) => integer('SHORT', -(2 ** 15), 2 ** 15 - 1, options)
/** 64 bits in Kafka; here a number below 2^53, see LONG_MAX. */
export const long: NumberKind = (options) => integer('LONG', -LONG_MAX, LONG_MAX, options)

function integer<const D extends number | null>(
  type: ConfigType,
  lowest: number,
  highest: number,
  options: NumberOptions<D>,
): Property<NumberOr<D>> {
  const readText = (text: string): number | Refusal => {
    const digits = text.trim()
    const exact = /^[+-]?\d{1,40}$/.test(digits) ? BigInt(digits.replace(/^\+/, '')) : undefined
    const limit = type === 'LONG' ? 2n ** 63n - 1n : BigInt(highest)
    if (exact === undefined || exact > limit || exact < -limit - 1n) {
      return { refused: `it must be a whole number of ${bitsOf[type]} bits` }
    }
    return Math.max(lowest, Math.min(highest, Number(exact)))
  }
  return {
    ...numeric(type, options, readText),
    print: (value) => (value === null ? null : type === 'LONG' && value >= LONG_MAX ? LONG_MAX_TEXT : String(value)),
  }
}

const bitsOf: Partial<Record<ConfigType, number>> = { SHORT: 16, INT: 32, LONG: 64 }

export const double: NumberKind = (options) => ({
  ...numeric('DOUBLE', options, (text) => {
    const number = Number(text.trim() === '' ? NaN : text)
    return Number.isFinite(number) ? number : { refused: 'it must be a number' }
  }),
  print: (value) => (value === null ? null : printDouble(value)),
})

function numeric<const D extends number | null>(
  type: ConfigType,
  { min, max, or, ...options }: NumberOptions<D>,
  readText: (text: string) => number | Refusal,
): Omit<Property<NumberOr<D>>, 'print'> {
  const accepts = describeRange(min, max, or)
  return {
    ...options,
    type,
    default: options.default as NumberOr<D>,
    accepts,
    parse: (text) => {
      const number = readText(text)
      if (isRefusal(number)) return number
      const inRange = number >= (min ?? -Infinity) && number <= (max ?? Infinity)
      return inRange || number === or ? (number as NumberOr<D>) : { refused: `it must be ${accepts}` }
    },
  }
}

function describeRange(min: number | undefined, max: number | undefined, or: number | undefined): string {
  const range =
    min === undefined
      ? max === undefined
        ? ''
        : `at most ${max}`
      : max === undefined
        ? `at least ${min}`
        : `between ${min} and ${max}`
  return or === undefined ? range : `${range} or ${or}`
}

/** As Java's Double.toString: a point always, and an exponent outside 10^-3 … 10^7. */
function printDouble(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e')
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

export function boolean(options: About & { readonly default: boolean }): Property<boolean> {
  return {
    ...options,
    type: 'BOOLEAN',
    accepts: 'true or false',
    parse: (text) => {
      const word = text.trim().toLowerCase()
      return word === 'true' ? true : word === 'false' ? false : { refused: 'it must be true or false' }
    },
    print: String,
  }
}

/** A text, trimmed; with `of`, one of these words exactly, or in lower case with `ignoreCase`. */
export function string<const D extends string | null, const O extends string = string>(
  options: About & { readonly default: D; readonly of?: readonly O[]; readonly ignoreCase?: boolean },
): Property<O | (D extends null ? null : never)> {
  const { of, ignoreCase, ...about } = options
  const accepts = of ? `one of ${of.join(', ')}` : ''
  return {
    ...about,
    type: 'STRING',
    default: options.default as never,
    accepts,
    parse: (text) => {
      const word = (ignoreCase ? text.trim().toLowerCase() : text.trim()) as O
      return !of || of.includes(word) ? word : { refused: `it must be ${accepts}` }
    },
    print: (value) => value,
  }
}

/** Words with commas between them; empty is the empty list, doubles are dropped. With `of`, of these words only. */
export function list<
  const O extends string = string,
  const D extends readonly NoInfer<O>[] | null = readonly NoInfer<O>[],
>(
  options: About & { readonly default: D; readonly of?: readonly O[] },
): Property<readonly O[] | (D extends null ? null : never)> {
  const { of, ...about } = options
  const accepts = of ? `a list of ${of.join(', ')}` : ''
  return {
    ...about,
    type: 'LIST',
    default: options.default as never,
    accepts,
    parse: (text) => {
      const words = splitList(text) as O[]
      if (words.includes('' as O)) return { refused: 'no element may be empty' }
      return !of || words.every((word) => of.includes(word)) ? words : { refused: `it must be ${accepts}` }
    },
    print: (value) => value?.join(',') ?? null,
  }
}

/** A list in the grammar of Kafka: trimmed, no doubles. Empty elements are kept, for the caller to refuse. */
export function splitList(text: string): string[] {
  return text.trim() === '' ? [] : [...new Set(text.split(',').map((word) => word.trim()))]
}

/** A value with a grammar of its own. `parse` sees the text trimmed. */
export function custom<T>(
  options: About & {
    readonly type: ConfigType
    readonly default: T
    readonly accepts: string
    parse(text: string): T | Refusal
    print(value: T): string | null
  },
): Property<T> {
  return { ...options, parse: (text) => options.parse(text.trim()) }
}
