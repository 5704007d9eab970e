// The grammar of `listeners` and its companions: NAME://host:port. What the names mean to one another is checked in
// broker-config.ts.
import { custom, splitList } from './property.ts'
import type { About, Property, Refusal } from './property.ts'

/** An address that a broker listens on or advertises. `host` '' is every interface; an IPv6 address has no brackets here. */
export interface Listener {
  /** Upper case, as Kafka has it. */
  readonly name: string
  readonly host: string
  readonly port: number
}

export const securityProtocols = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
export type SecurityProtocol = (typeof securityProtocols)[number]

const listenerGrammar = /^(?<name>[\w.-]+):\/\/(?:\[(?<v6>[\da-fA-F:.%\w]*)\]|(?<host>[^:[\]/]*)):(?<port>\d{1,5})$/

export function parseListener(text: string): Listener | Refusal {
  const { name, v6, host, port } = listenerGrammar.exec(text)?.groups ?? {}
  if (name === undefined || Number(port) > 65535) {
    return {
      refused: `"${text}" is not of the form NAME://host:port (an IPv6 address in brackets, an empty host for every interface)`,
    }
  }
  return { name: name.toUpperCase(), host: v6 ?? host ?? '', port: Number(port) }
}

export function printListener({ name, host, port }: Listener): string {
  return `${name}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

export function listeners<const D extends readonly Listener[] | null>(
  options: About & { readonly default: D },
): Property<readonly Listener[] | (D extends null ? null : never)> {
  return custom<readonly Listener[] | (D extends null ? null : never)>({
    ...options,
    type: 'LIST',
    default: options.default as never,
    accepts: 'a list of NAME://host:port',
    parse: (text) => {
      const parsed = splitList(text).map(parseListener)
      return parsed.find((one): one is Refusal => 'refused' in one) ?? (parsed as readonly Listener[])
    },
    print: (value) => value?.map(printListener).join(',') ?? null,
  })
}

/** NAME:PROTOCOL pairs: how the listener of that name is secured. */
export function protocolMap(
  options: About & { readonly default: Readonly<Record<string, SecurityProtocol>> },
): Property<Readonly<Record<string, SecurityProtocol>>> {
  return custom<Readonly<Record<string, SecurityProtocol>>>({
    ...options,
    type: 'STRING',
    accepts: `a list of NAME:PROTOCOL, each protocol one of ${securityProtocols.join(', ')}`,
    parse: (text) => {
      const map: Record<string, SecurityProtocol> = {}
      for (const pair of splitList(text)) {
        const [name = '', protocol = '', ...rest] = pair.toUpperCase().split(':')
        const known = securityProtocols.find((one) => one === protocol)
        if (name === '' || known === undefined || rest.length > 0) {
          return { refused: `"${pair}" is not NAME:PROTOCOL with a protocol of ${securityProtocols.join(', ')}` }
        }
        if (Object.hasOwn(map, name)) return { refused: `it names ${name} twice` }
        map[name] = known
      }
      return map
    },
    print: (value) =>
      Object.entries(value)
        .map(([name, protocol]) => `${name}:${protocol}`)
        .join(','),
  })
}
