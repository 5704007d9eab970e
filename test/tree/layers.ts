// Who may import whom. A package of a layer may import what is listed and nothing else of ours; what a package's tests need
// is in `tests`. docs/architecture.md shows the same table to people.

export interface Layer {
  readonly packages: RegExp
  /** Workspace packages that sources may import. */
  readonly may: RegExp
  /** Further ones that tests may import. */
  readonly tests?: RegExp
}

const nothing = /^(?!)/
const layer0 = 'protocol|config|ports'

export const layers: readonly Layer[] = [
  { packages: /^@jackdaw\/(protocol|config|ports)$/, may: nothing },
  { packages: /^@jackdaw\/core$/, may: new RegExp(`^@jackdaw/(${layer0})$`) },
  { packages: /^@jackdaw\/transport$/, may: /^@jackdaw\/(protocol|ports)$/ },
  { packages: /^@jackdaw\/tiering$/, may: /^@jackdaw\/ports$/ },
  { packages: /^@jackdaw\/adapter-/, may: /^@jackdaw\/ports$/, tests: /^@jackdaw\/(conformance|protocol)$/ },
  { packages: /^@jackdaw\/client$/, may: /^@jackdaw\/(protocol|config|transport|ports)$/ },
  {
    packages: /^@jackdaw\/broker$/,
    may: new RegExp(`^@jackdaw/(${layer0}|core|transport)$`),
    tests: /^@jackdaw\/(testing|adapter-memory)$/,
  },
  {
    packages: /^@jackdaw\/conformance$/,
    may: new RegExp(`^@jackdaw/(${layer0}|core|transport|tiering|client|broker)$`),
  },
  {
    packages: /^@jackdaw\/testing$/,
    may: new RegExp(`^@jackdaw/(${layer0}|core|transport|tiering|client|broker|adapter-memory)$`),
    tests: /^@jackdaw\/conformance$/,
  },
  { packages: /^(jackdaw|jackdaw-workspace|@jackdaw-test\/.*)$/, may: /./ },
]
