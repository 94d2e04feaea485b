import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Longer than their size makes Vitest expect, of files that drive a whole service: begun last, one alone would keep all waiting. */
const LONG = ['imports', 'deletion', 'mail-limits', 'life', 'kill'].map((name) => `test/e2e/${name}.test.ts`)

/** As Vitest orders files; but those of the simulation come before all others, and of the others those that take long. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function placeOf({ project, moduleId }: TestSpecification): number {
  if (project.name === 'simulation') return 0
  return LONG.some((file) => moduleId.endsWith(file)) ? 1 : 2
}
