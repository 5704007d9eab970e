// The pages of docs/reference: written by `pnpm run docs`, compared with the tables by reference.test.ts.
import { renderConfiguration } from './configuration.ts'
import { renderApis, renderErrors } from './protocol.ts'

export interface Page {
  /** From the root. */
  readonly path: string
  readonly render: () => string
}

export const pages: readonly Page[] = [
  { path: 'docs/reference/apis.md', render: renderApis },
  { path: 'docs/reference/configuration.md', render: renderConfiguration },
  { path: 'docs/reference/errors.md', render: renderErrors },
]
