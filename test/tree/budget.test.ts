import { matchesGlob } from 'node:path'
import { expect, test } from 'vitest'
import config from '../../vitest.config.ts'
import { suites, totalMinutes } from '../budget.ts'
import { filesOf } from './tree.ts'

interface Project {
  readonly test: { readonly name: string; readonly include: readonly string[] }
}

const projects = (config as unknown as { test: { projects: Project[] } }).test.projects

test('the suites fit into the time there is', () => {
  const sum = suites.reduce((minutes, suite) => minutes + suite.minutes, 0)
  expect(sum).toBeLessThanOrEqual(totalMinutes)
})

test('every kind of test is in the budget', () => {
  const budgeted = suites.flatMap(({ run }) => ('project' in run ? [run.project] : []))
  expect(projects.map(({ test: { name } }) => name).sort()).toEqual(budgeted.sort())
})

test('every test file belongs to one kind', () => {
  const globs = projects.flatMap((project) => project.test.include)
  const counts = filesOf(/\.test\.ts$/).map(
    (path) => [path, globs.filter((glob) => matchesGlob(path, glob)).length] as const,
  )
  expect(counts.filter(([, count]) => count !== 1)).toEqual([])
})
