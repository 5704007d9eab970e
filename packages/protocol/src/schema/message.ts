// A message: one description, one type and one codec for each of its versions, made when first asked for. An API is a request
// and its response under one key.
import { structCodec } from './codec.ts'
import { DecodeError, EncodeError, within } from './errors.ts'
import type { Fields, FieldSpec, InferFields, InitFields } from './field.ts'
import type { Reader } from './reader.ts'
import type { Codec } from './scalars.ts'
import { holds, parseVersions, type VersionRange, type VersionSpec } from './versions.ts'
import type { Writer } from './writer.ts'

export interface Message<Out = object, In = object> {
  readonly name: string
  readonly versions: VersionRange
  readonly flexible: VersionRange
  readonly fields: Readonly<Record<string, FieldSpec>>
  /** Reads one message and leaves the reader behind it. Throws DecodeError, also for a version that does not exist. */
  decode(reader: Reader, version: number): Out
  /** Throws EncodeError where `version` cannot say what `value` means; what the writer then holds is of no use. */
  encode(writer: Writer, value: In, version: number): void
}

export interface MessageOptions {
  /** All that are valid. */
  readonly versions: VersionSpec
  /** Those with compact lengths and tagged fields. */
  readonly flexible: VersionSpec
}

/** What decoding a message gives. */
export type Infer<M> = M extends { decode(reader: Reader, version: number): infer Out } ? Out : never
/** What encoding a message takes. */
export type Init<M> = M extends { encode(writer: Writer, value: infer In, version: number): void } ? In : never

export function message<const Shape extends Fields>(
  name: string,
  options: MessageOptions,
  fields: Shape,
): Message<InferFields<Shape>, InitFields<Shape>> {
  const versions = parseVersions(options.versions)
  const flexible = parseVersions(options.flexible)
  const codecs: (Codec | undefined)[] = []
  const codecOf = (version: number): Codec | undefined => {
    if (!Number.isInteger(version) || !holds(versions, version)) return undefined
    return (codecs[version] ??= structCodec(fields, { version, flexible: holds(flexible, version) }))
  }
  return {
    name,
    versions,
    flexible,
    fields,
    decode(reader, version) {
      const codec = codecs[version] ?? codecOf(version)
      if (codec === undefined) throw new DecodeError('there is no such version').within(`${name} v${version}`)
      try {
        return codec.read(reader) as InferFields<Shape>
      } catch (error) {
        throw within(error, `${name} v${version}`)
      }
    },
    encode(writer, value, version) {
      const codec = codecs[version] ?? codecOf(version)
      if (codec === undefined) throw new EncodeError('there is no such version').within(`${name} v${version}`)
      try {
        codec.write(writer, value)
      } catch (error) {
        throw within(error, `${name} v${version}`)
      }
    },
  }
}

export interface Api<Req = object, Res = object, ReqInit = object, ResInit = object> {
  readonly key: number
  readonly name: string
  readonly versions: VersionRange
  readonly flexible: VersionRange
  /** The newest version is not final yet: it is not to be advertised. */
  readonly latestVersionUnstable: boolean
  readonly request: Message<Req, ReqInit>
  readonly response: Message<Res, ResInit>
}

export interface ApiOptions extends MessageOptions {
  readonly latestVersionUnstable?: boolean
}

export function api<const Request extends Fields, const Response extends Fields>(
  key: number,
  name: string,
  options: ApiOptions,
  shapes: { readonly request: Request; readonly response: Response },
): Api<InferFields<Request>, InferFields<Response>, InitFields<Request>, InitFields<Response>> {
  return {
    key,
    name,
    versions: parseVersions(options.versions),
    flexible: parseVersions(options.flexible),
    latestVersionUnstable: options.latestVersionUnstable ?? false,
    request: message(`${name}Request`, options, shapes.request),
    response: message(`${name}Response`, options, shapes.response),
  }
}
