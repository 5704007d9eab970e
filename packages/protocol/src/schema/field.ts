// The words a message is described in. A field is plain data: its kind, the versions that carry it, what is assumed where they
// do not. Types come from the same description: `Infer` is what decoding gives, `Init` what encoding takes.
import { EVERY, parseVersions, type VersionRange, type VersionSpec } from './versions.ts'
import { ZERO_UUID } from './uuid.ts'

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'int64'
  | 'int64OrInfinity'
  | 'bits64'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

/** A field without its types: what codecs, docs and the drift test look at. */
export interface FieldSpec {
  readonly kind: ScalarKind | 'array' | 'struct'
  /** The versions of the message that carry the field. */
  readonly versions: VersionRange
  /** Those of them in which it may be null; undefined: in none. */
  readonly nullable: VersionRange | undefined
  /** What a decoder gives where the field is absent. Unused for structs that cannot be null: theirs is made of their fields'. */
  readonly default: unknown
  /** Whether an encoder may leave the field out: it says what is meant then, or some version lacks it anyway. */
  readonly optional: boolean
  /** Present from its first version on in the tagged section of its struct, under this number. */
  readonly tag: number | undefined
  /** Whether an encoder may drop a value that the asked version cannot carry. */
  readonly ignorable: boolean
  /** Part of what makes an element unique in its array. Says nothing about the wire. */
  readonly mapKey: boolean
  /** Narrows the message's flexible versions for this one field. */
  readonly flexible: VersionRange
  readonly element: FieldSpec | undefined
  readonly fields: Readonly<Record<string, FieldSpec>> | undefined
}

declare const types: unique symbol

export interface Field<Out = unknown, In = Out, Optional extends boolean = boolean> extends FieldSpec {
  readonly [types]?: { readonly out: Out; readonly in: In; readonly optional: Optional }
}

export type Fields = Readonly<Record<string, Field>>

interface CommonOptions {
  /** Default: all. */
  readonly versions?: VersionSpec
  readonly tag?: number
  /** Default: false. */
  readonly ignorable?: boolean
  readonly mapKey?: boolean
  readonly flexible?: VersionSpec
}

export interface FieldOptions<T> extends CommonOptions {
  readonly default?: T
}

export interface NullableOptions<T> extends CommonOptions {
  /** Default: null. */
  readonly default?: T | null
  /** The versions in which null is allowed. Default: all that have the field. */
  readonly nullable?: VersionSpec
  /** For a struct: where it is absent, it is at the defaults of its fields instead of null. An encoder has to say which. */
  readonly presentByDefault?: true
}

type NoOptions = Readonly<Record<never, never>>

/** `FieldSpec.optional`, as a type. */
type IsOptional<Options> = Options extends { readonly presentByDefault: true } ? false : SaysDefault<Options>
type SaysDefault<Options> = Options extends
  | { readonly default: unknown }
  | { readonly versions: unknown }
  | { readonly tag: unknown }
  ? true
  : false

/** What encoding accepts as bytes of record batches: whole, or in pieces that are sent one after the other. */
export type RecordsInput = Uint8Array | readonly Uint8Array[]

function spec(kind: FieldSpec['kind'], fallback: unknown, options: NullableOptions<unknown>): FieldSpec {
  return {
    kind,
    versions: options.versions === undefined ? EVERY : parseVersions(options.versions),
    nullable: undefined,
    default: options.default === undefined ? fallback : options.default,
    optional: options.default !== undefined || options.versions !== undefined || options.tag !== undefined,
    tag: options.tag,
    ignorable: options.ignorable ?? false,
    mapKey: options.mapKey ?? false,
    flexible: options.flexible === undefined ? EVERY : parseVersions(options.flexible),
    element: undefined,
    fields: undefined,
  }
}

const scalar =
  <Out, In = Out>(kind: ScalarKind, fallback: unknown) =>
  <const Options extends FieldOptions<In> = NoOptions>(options?: Options): Field<Out, In, IsOptional<Options>> =>
    spec(kind, fallback, options ?? {})

export const bool = scalar<boolean>('bool', false)
export const int8 = scalar<number>('int8', 0)
export const int16 = scalar<number>('int16', 0)
export const uint16 = scalar<number>('uint16', 0)
export const int32 = scalar<number>('int32', 0)
/** A number; 2^53 and more is refused in both directions. */
export const int64 = scalar<number>('int64', 0)
/** An int64 whose largest value stands for "no limit": Infinity here. */
export const int64OrInfinity = scalar<number>('int64OrInfinity', 0)
/** 64 bits that nobody counts with (a hash): the one place where a bigint is right. */
export const bits64 = scalar<bigint>('bits64', 0n)
export const float64 = scalar<number>('float64', 0)
export const string = scalar<string>('string', '')
/** 22 characters of url-safe base64. */
export const uuid = scalar<string>('uuid', ZERO_UUID)
/** Decodes to a slice of the input. */
export const bytes = scalar<Buffer, Uint8Array>('bytes', Buffer.alloc(0))
/** Record batches, decoded to a slice of the input. Where a version lacks the field it is null. */
export const records = scalar<Buffer, RecordsInput>('records', null)
/** An int16 that names an entry of the error table. */
export const errorCode = int16

export function array<Out, In, const Options extends FieldOptions<readonly In[]> = NoOptions>(
  element: Field<Out, In, false>,
  options?: Options,
): Field<readonly Out[], readonly In[], IsOptional<Options>> {
  return { ...spec('array', [], options ?? {}), element }
}

export function struct<const Shape extends Fields, const Options extends CommonOptions = NoOptions>(
  fields: Shape,
  options?: Options,
): Field<InferFields<Shape>, InitFields<Shape>, IsOptional<Options>> {
  return { ...spec('struct', undefined, options ?? {}), fields }
}

/** The same field, which may also be null; null is then its default unless something else is said. */
export function nullable<Out, In, const Options extends NullableOptions<In> = NoOptions>(
  field: Field<Out, In, false>,
  options?: Options,
): Field<Out | null, In | null, IsOptional<Options>> {
  const isPresent = options?.presentByDefault === true
  const own = spec(field.kind, isPresent ? undefined : null, options ?? {})
  const range = options?.nullable === undefined ? EVERY : parseVersions(options.nullable)
  const optional = own.optional && !isPresent
  return { ...own, optional, nullable: range, element: field.element, fields: field.fields }
}

type OutOf<F> = F extends Field<infer Out, infer _In, infer _Optional> ? Out : never
type InOf<F> = F extends Field<infer _Out, infer In, infer _Optional> ? In : never
type OptionalKeys<Shape> = {
  [Key in keyof Shape]: Shape[Key] extends Field<infer _Out, infer _In, infer Optional>
    ? Optional extends true
      ? Key
      : never
    : never
}[keyof Shape]

/** What decoding gives: every field, also those the version lacks. */
export type InferFields<Shape> = { readonly [Key in keyof Shape]: OutOf<Shape[Key]> }

/** What encoding takes. */
export type InitFields<Shape> = Simplify<
  { readonly [Key in Exclude<keyof Shape, OptionalKeys<Shape>>]: InOf<Shape[Key]> } & {
    readonly [Key in OptionalKeys<Shape>]?: InOf<Shape[Key]>
  }
>

type Simplify<T> = { [Key in keyof T]: T[Key] }
