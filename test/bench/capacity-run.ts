/**
 * Writes `docs/capacity.md`, how quotas limit a large import, by a model and by what `npm run cost` counted.
 *
 *   npm run capacity
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { capacityPage } from './capacity-page.ts'
import { countsFile } from './cost.ts'

const counts = countsFile.parse(JSON.parse(readFileSync(new URL('./counts.json', import.meta.url), 'utf8')))
const page = capacityPage(counts)
writeFileSync(new URL('../../docs/capacity.md', import.meta.url), page)
console.log(page)
