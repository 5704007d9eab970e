import { describe, expect, test } from 'vitest'
import { usualContenders } from '../contenders.ts'
import { parseOptions } from '../options.ts'

describe('the command line', () => {
  test('measures everything and everyone unless told less, and only then is it fit for the docs', () => {
    const all = parseOptions([])
    expect(all?.complete).toBe(true)
    expect(all?.contenders.map(({ name }) => name)).toEqual(usualContenders)
    for (const less of [['--quick'], ['--only', 'start'], ['--contenders', 'kafka'], ['--rounds', '2']])
      expect(parseOptions(less)?.complete).toBe(false)
    expect(parseOptions(['--rounds', '3'])?.complete).toBe(true)
  })

  test('takes several measurements, in the order of the report', () => {
    const asked = parseOptions(['--only', 'start', '--only', 'produce'])
    expect(asked?.measurements.map(({ name }) => name)).toEqual(['produce', 'start'])
  })

  test('names what there is when it is asked for what there is not', () => {
    expect(() => parseOptions(['--only', 'speed'])).toThrow(
      'There is no measurement speed. There are: produce, consume',
    )
    expect(() => parseOptions(['--contenders', 'jackdaw,rabbit'])).toThrow('There is no contender rabbit.')
    expect(() => parseOptions(['--plan', 'huge'])).toThrow('There is no plan huge.')
    expect(() => parseOptions(['--rounds', '0'])).toThrow('not a number of rounds')
  })
})
